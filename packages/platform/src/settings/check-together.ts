import { isLoopback } from './is-loopback.ts';
import type { SettingFault } from './setting-entry.ts';
import type { Settings } from './settings-schema.ts';

/** Faults of values that are fine alone and wrong together. `sourceOf` says where a key was set. */
export function checkTogether(
  settings: Settings,
  sourceOf: (name: string) => string,
): readonly SettingFault[] {
  const faults: SettingFault[] = [];
  const { Http, OpAmp, EventLog, ConnectionStrings, AuditRetention, LogRetention } = settings;
  if (!isLoopback(Http.Host)) faults.push(openBinding('Http', Http.Host, sourceOf('Http:Host')));
  if (!isLoopback(OpAmp.Host)) faults.push(openBinding('OpAmp', OpAmp.Host, sourceOf('OpAmp:Host')));
  if (Http.Port !== 0 && Http.Port === OpAmp.Port && Http.Host === OpAmp.Host) {
    faults.push(
      `Http:Port (${sourceOf('Http:Port')}) and OpAmp:Port (${sourceOf('OpAmp:Port')}) are both ${Http.Port}; expected two ports`,
    );
  }
  if (
    EventLog.Provider === 'EventStoreDB' &&
    !/^(esdb|kurrentdb)(\+discover)?:\/\//.test(EventLog.ConnectionString)
  ) {
    faults.push(
      `EventLog:Provider (${sourceOf('EventLog:Provider')}) is EventStoreDB and EventLog:ConnectionString ` +
        `${EventLog.ConnectionString === '' ? 'is empty' : 'is of another kind'}; expected one like esdb://host:2113?tls=true`,
    );
  }
  if (EventLog.Provider === 'Postgres' && !isPostgres(EventLog.ConnectionString)) {
    faults.push(notPostgres('EventLog:ConnectionString', sourceOf));
  }
  if (!isPostgres(ConnectionStrings.Ampora)) faults.push(notPostgres('ConnectionStrings:Ampora', sourceOf));
  if (EventLog.Provider === 'EventStoreDB' && LogRetention.ScavengeAfterDays !== '') {
    faults.push(
      `LogRetention:ScavengeAfterDays (${sourceOf('LogRetention:ScavengeAfterDays')}) is set and EventLog:Provider ` +
        `(${sourceOf('EventLog:Provider')}) is EventStoreDB, which scavenges by itself and keeps no hash of what it ` +
        `removes; expected nothing`,
    );
  }
  if (AuditRetention.ArchiveDays < AuditRetention.HotDays) {
    faults.push(
      `AuditRetention:ArchiveDays (${sourceOf('AuditRetention:ArchiveDays')}) is ${AuditRetention.ArchiveDays} and ` +
        `AuditRetention:HotDays (${sourceOf('AuditRetention:HotDays')}) is ${AuditRetention.HotDays}; both are counted ` +
        `from the event on, so expected ArchiveDays to be HotDays or more`,
    );
  }
  return faults;
}

function isPostgres(connectionString: string): boolean {
  return connectionString === '' || /^postgres(ql)?:\/\/\S+$/.test(connectionString);
}

function notPostgres(name: string, sourceOf: (name: string) => string): SettingFault {
  return `${sourceOf(name)}: ${name} is not usable (its value is not shown); expected postgres://user:password@host:5432/database`;
}

function openBinding(section: 'Http' | 'OpAmp', host: string, source: string): SettingFault {
  return (
    `${source}: ${section}:Host is ${JSON.stringify(host)}, which others can reach, and this version has neither TLS nor ` +
    `tokens to tell them apart; set ${section}__Host to 127.0.0.1, ::1 or localhost. Other addresses will be accepted ` +
    `together with a TLS certificate and required tokens, once they exist; until then reach it through a tunnel, or a ` +
    `proxy on this machine that does both`
  );
}
