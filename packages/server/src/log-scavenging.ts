import type { EventLog } from '@ampora/application/ports';
import { DEFAULT_TENANT } from '@ampora/domain';
import type { Settings } from '@ampora/platform';
import { type Leadership, nodeHashing, scavengeWhenDue, seekLeadership } from '@ampora/worker';
import type { Database } from './database.ts';
import type { Telemetry } from './telemetry.ts';

/** The policy for the log itself: `undefined` keeps everything. */
export function scavengeAfterDays({ LogRetention }: Settings): number | undefined {
  return LogRetention.ScavengeAfterDays === '' ? undefined : Number(LogRetention.ScavengeAfterDays);
}

/** Takes superseded reports out of the log where the settings ask for it, in whichever process leads. */
export function startLogScavenging(
  settings: Settings,
  { database, log }: { readonly database: Database; readonly log: EventLog },
  { logger }: Telemetry,
): Pick<Leadership, 'close'> {
  const afterDays = scavengeAfterDays(settings);
  if (afterDays === undefined) return { close: () => Promise.resolve() };
  const own = logger.child('Ampora.LogRetention');
  return seekLeadership({
    connectionString: database.connectionString,
    name: 'log scavenging',
    logger: own,
    lead: (signal) =>
      scavengeWhenDue({ log, hashing: nodeHashing, tenant: DEFAULT_TENANT, afterDays, logger: own, signal }),
  });
}
