import type { AppendResult, EventLog } from '@ampora/application/ports';
import type { Metrics } from '@ampora/platform';

/** The same log, with its appends timed and counted. */
export function measureEventLog(log: EventLog, metrics: Metrics['eventLog']): EventLog {
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
        throw error;
      }
      observe('answered');
      results.forEach((result, index) => {
        if (result.outcome === 'wrong-expected-revision') metrics.conflicts.inc();
        else if (!result.repeated) metrics.eventsAppended.inc(batch[index]?.events.length ?? 0);
      });
      return results;
    },
  };
}
