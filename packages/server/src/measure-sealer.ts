import type { Metrics } from '@ampora/platform';
import type { SealerObserver } from '@ampora/worker';

/** Counts what the sealer does. */
export function measureSealer(metrics: Metrics['audit']): SealerObserver {
  return {
    grown: (events) => {
      metrics.eventsHashed.inc(events);
    },
    sealed: ({ data, recordedAtMs }) => {
      metrics.rootsSealed.inc({ tenant: data.tenant });
      metrics.sealedSize.set({ tenant: data.tenant }, data.treeSize);
      metrics.lastSealed.set({ tenant: data.tenant }, recordedAtMs / 1000);
    },
    failed: (reason) => {
      metrics.sealFailures.inc({ reason });
    },
  };
}
