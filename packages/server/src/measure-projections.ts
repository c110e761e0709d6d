import type { Metrics } from '@ampora/platform';
import type { ProjectorObserver } from '@ampora/projections';

/** Counts and times what the projector does, by read model and version. */
export function measureProjections(metrics: Metrics['projections']): ProjectorObserver {
  return {
    applied({ name, version, events, seconds }) {
      const labels = { projection: name, version: String(version) };
      metrics.eventsApplied.inc(labels, events);
      metrics.batchDuration.observe(labels, seconds);
    },
    stopped({ name, version, category }) {
      metrics.failures.inc({ projection: name, version: String(version), category });
    },
  };
}
