import { type AppendResult, type EventLog, EventLogUnavailable } from '@ampora/application/ports';
import type { Metrics } from '@ampora/platform';
import type { AppendHealth } from './append-health.ts';

/** The same log, with its appends timed and counted, and their outcomes told to who judges its health. */
export function measureEventLog(
  log: EventLog,
  metrics: Metrics['eventLog'],
  health: Pick<AppendHealth, 'stored' | 'failed'>,
): EventLog {
  return {
    ...log,
    async append(batch) {
      const startedAt = performance.now();
      const observe = (outcome: string): void => {
        metrics.appendDuration.observe({ outcome }, (performance.now() - startedAt) / 1000);
      };
      let results: readonly AppendResult[];
      try {
        results = await log.append(batch);
      } catch (error) {
        observe('failed');
        // Any other error says something about what was written, not about where to.
        if (error instanceof EventLogUnavailable) health.failed(error);
        throw error;
      }
      observe('answered');
      if (results.some((result) => result.outcome === 'appended' && !result.repeated)) health.stored();
      results.forEach((result, index) => {
        if (result.outcome === 'wrong-expected-revision') metrics.conflicts.inc();
        else if (!result.repeated) metrics.eventsAppended.inc(batch[index]?.events.length ?? 0);
      });
      return results;
    },
  };
}
