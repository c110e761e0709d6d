import { setTimeout as sleep } from 'node:timers/promises';
import { createDepartures } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { DEFAULT_TENANT } from '@ampora/domain';
import { type Leadership, seekLeadership } from '@ampora/worker';
import type { Database } from './database.ts';
import type { ReadModels } from './read-models.ts';
import type { Telemetry } from './telemetry.ts';

interface DepartureParts {
  readonly database: Database;
  readonly log: EventLog;
  readonly models: ReadModels;
}

const LOOK_AGAIN_MS = 30_000;

/** Finishes what a deletion began, where whoever deleted the group ended before every member was told to have left it. */
export function startDepartures(
  { database, log, models: { queries } }: DepartureParts,
  { logger }: Telemetry,
): Leadership {
  const own = logger.child('Ampora.Groups');
  const { listLeaving } = queries;
  const departures = createDepartures({ log, tenant: DEFAULT_TENANT, listLeaving });
  return seekLeadership({
    connectionString: database.connectionString,
    name: 'group departures',
    logger: own,
    async lead(signal) {
      while (!signal.aborted) {
        try {
          if ((await queries.notReady()).length === 0) {
            const count = await departures.run();
            if (count > 0) own.info('Members of deleted groups have left them', { count });
          }
        } catch (error) {
          own.warn('Members of deleted groups have not all left them yet; trying again', { error });
        }
        await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  });
}
