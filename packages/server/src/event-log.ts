import type { EventLog } from '@ampora/application/ports';
import {
  createEventStoreDbEventLog,
  createPostgresEventLog,
  migratePostgresEventLog,
  type PostgresEventLogOptions,
} from '@ampora/event-store';
import { redactText, type Settings, StartupError } from '@ampora/platform';
import { createAppendHealth } from './append-health.ts';
import { measureEventLog } from './measure-event-log.ts';
import type { Telemetry } from './telemetry.ts';

/** Longer than the longest pause after which refused agents come again: as long as they fail, the log is not ready. */
const FAILURE_COUNTS_MS = 60_000;

/** Opens the event log of the settings, sees that it answers, and has its health watched. */
export async function openEventLog(
  settings: Settings,
  databaseConnectionString: string,
  { readiness, metrics }: Pick<Telemetry, 'readiness' | 'metrics'>,
): Promise<EventLog> {
  const log = await connectLog(settings, databaseConnectionString);
  const appends = createAppendHealth({ failureCountsMs: FAILURE_COUNTS_MS });
  readiness.probe('event-log', async () => {
    await log.head();
    return appends.check();
  });
  return measureEventLog(log, metrics.eventLog, appends);
}

/** The log of the settings, answering; rejects with a StartupError that names the setting to mend. */
export async function connectLog(
  { EventLog }: Settings,
  databaseConnectionString: string,
  options: Pick<PostgresEventLogOptions, 'onReadConnection'> = {},
): Promise<EventLog> {
  const connectionString = EventLog.ConnectionString || databaseConnectionString;
  let log: EventLog | undefined;
  try {
    if (EventLog.Provider === 'Postgres') await migratePostgresEventLog({ connectionString });
    log =
      EventLog.Provider === 'Postgres'
        ? createPostgresEventLog({ connectionString, ...options })
        : createEventStoreDbEventLog({ connectionString });
    await log.head();
    return log;
  } catch (error) {
    await log?.close().catch(() => undefined);
    const reason = redactText(error instanceof Error ? error.message : String(error));
    throw new StartupError(
      `The event log (EventLog:Provider ${EventLog.Provider}) cannot be used: ${reason}. ` +
        `Start it, or correct EventLog__ConnectionString.`,
      { cause: error },
    );
  }
}
