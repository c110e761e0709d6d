import { expect } from 'chai';
import { createMetrics } from './metrics.ts';

describe('the metrics', () => {
  it('have the names, types and labels that dashboards and alerts rely on', async () => {
    const known = await createMetrics({ processMetrics: false }).registry.getMetricsAsJSON();
    const types = Object.fromEntries(known.map((metric) => [metric.name, metric.type]));
    expect(types).to.include({
      ampora_opamp_active_sessions: 'gauge',
      ampora_opamp_frames_received_total: 'counter',
      ampora_opamp_frames_rejected_total: 'counter',
      ampora_opamp_apply_duration_seconds: 'histogram',
      ampora_live_bus_events_total: 'counter',
      ampora_live_bus_dropped_total: 'counter',
      ampora_db_query_duration_seconds: 'histogram',
      ampora_projection_position: 'gauge',
      ampora_projection_lag_events: 'gauge',
      ampora_event_log_append_duration_seconds: 'histogram',
    });
  });

  it('end in _total exactly when they are counters, and measure time in seconds', async () => {
    for (const metric of await createMetrics().registry.getMetricsAsJSON()) {
      const type = String(metric.type);
      expect(metric.name.endsWith('_total'), metric.name).to.equal(type === 'counter');
      if (!metric.name.startsWith('ampora_')) continue;
      const isMoment = metric.name.endsWith('_timestamp_seconds');
      expect(isMoment ? 'gauge' : type, metric.name).to.equal(type);
      expect(metric.name.endsWith('_seconds'), metric.name).to.equal(type === 'histogram' || isMoment);
      expect(metric.name).not.to.match(/_(ms|milliseconds)\b/);
    }
  });

  it('refuse a label that was not declared', () => {
    const metrics = createMetrics({ processMetrics: false });
    expect(() => {
      metrics.opamp.framesRejected.inc({ tenant: 'default', agent: 'x' } as never);
    }).to.throw(/label/i);
  });

  it('are exposed as Prometheus text, each set of metrics on its own registry', async () => {
    const [mine, other] = [createMetrics({ version: '1.2.3' }), createMetrics()];
    mine.opamp.framesRejected.inc({ tenant: 'default', reason: 'oversize' }, 3);
    const { contentType, body } = await mine.exposition();
    expect(contentType).to.contain('text/plain');
    expect(body).to.contain('ampora_opamp_frames_rejected_total{tenant="default",reason="oversize"} 3');
    expect(body).to.contain('ampora_build_info{version="1.2.3"} 1');
    expect(body).to.contain('process_resident_memory_bytes');
    expect((await other.exposition()).body).not.to.contain('reason="oversize"');
  });
});
