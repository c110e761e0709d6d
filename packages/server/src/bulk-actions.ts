import { setTimeout as sleep } from 'node:timers/promises';
import { finishBulkAction } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { isRejection } from '@ampora/kernel';
import { type Leadership, seekLeadership } from '@ampora/worker';
import type { Database } from './database.ts';
import type { ReadModels } from './read-models.ts';
import type { Telemetry } from './telemetry.ts';

interface BulkParts {
  readonly database: Database;
  readonly log: EventLog;
  readonly models: ReadModels;
}

const LOOK_AGAIN_MS = 5_000;
/** What was broken off longer ago than this is left as it is: whoever asked has seen it by then. */
const FINISHED_WITHIN_MS = 3_600_000;
const MOST = 20;

/** Finishes what bulk actions began, where the process that carried one out ended half-way: once, by whoever takes the lead. */
export function finishBulkActions(
  { database, log, models: { queries } }: BulkParts,
  { logger }: Telemetry,
): Leadership {
  const own = logger.child('Ampora.Bulk');
  return seekLeadership({
    connectionString: database.connectionString,
    name: 'bulk actions',
    logger: own,
    async lead(signal) {
      const head = await log.head();
      const isShown = async () =>
        (await queries.notReady()).length === 0 && (await queries.waitFor(head, LOOK_AGAIN_MS));
      while (!signal.aborted && !(await isShown())) await pause(LOOK_AGAIN_MS, signal);
      if (signal.aborted) return;
      const { events } = await queries.findEvents(
        {
          search: { type: ['BulkActionPerformed'] },
          span: { sinceMs: Date.now() - FINISHED_WITHIN_MS },
          forwards: false,
          limit: MOST,
        },
        await queries.resolveMoment(),
      );
      for (const event of events.toReversed()) {
        if (signal.aborted) return;
        try {
          if ((await finishBulkAction(log, event)) > 0)
            own.info('A bulk action that was broken off is whole now', { position: String(event.position) });
        } catch (error) {
          // Its group or version is gone by now: there is nothing to finish it with.
          if (!isRejection(error)) throw error;
          own.warn('A bulk action cannot be finished', { position: String(event.position), error });
        }
      }
      // The lead is kept: one who takes it later has nothing else to do.
      while (!signal.aborted) await pause(FINISHED_WITHIN_MS, signal);
    },
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
