import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricsOptions {
  /** Names this process in the `instance` label. */
  readonly instance?: string;
  readonly version?: string;
  /** Node's own process metrics; off in specs. */
  readonly processMetrics?: boolean;
}

/** Why a frame was refused: the closed list behind `ampora_opamp_frames_rejected_total`. */
export type FrameRejection = 'oversize' | 'malformed' | 'cap_mismatch' | 'auth_failed';

const FAST = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SLOW = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** Gauges of the library that call themselves totals, which checkers of metrics refuse; by kind they are there as well. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/**
 * Every instrument of the process, each defined here once, on a registry of its own. Units are in the names; labels
 * are bounded sets (tenant, kind, reason, route, read model): never an agent's or a session's id.
 */
export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics(options: MetricsOptions = {}) {
  const registry = new Registry();
  const registers = [registry];
  const refreshers: (() => Promise<void>)[] = [];
  if (options.processMetrics !== false) {
    collectDefaultMetrics({ register: registry });
    for (const name of misnamed) registry.removeSingleMetric(name);
  }
  new Gauge({
    name: 'ampora_build_info',
    help: 'Always 1; the label says which version runs.',
    labelNames: ['version'],
    registers,
  }).set({ version: options.version ?? 'unknown' }, 1);

  return {
    registry,
    instance: options.instance ?? 'local',
    opamp: {
      activeSessions: new Gauge({
        name: 'ampora_opamp_active_sessions',
        help: 'Agents connected now.',
        labelNames: ['tenant', 'instance'],
        registers,
      }),
      framesReceived: new Counter({
        name: 'ampora_opamp_frames_received_total',
        help: 'Frames and HTTP bodies received from agents.',
        labelNames: ['tenant', 'frame_kind'],
        registers,
      }),
      framesRejected: new Counter({
        name: 'ampora_opamp_frames_rejected_total',
        help: 'Frames refused, by reason: oversize, malformed, cap_mismatch, auth_failed.',
        labelNames: ['tenant', 'reason'],
        registers,
      }),
      framesSent: new Counter({
        name: 'ampora_opamp_frames_sent_total',
        help: 'Frames and HTTP answers sent to agents.',
        labelNames: ['tenant', 'frame_kind'],
        registers,
      }),
      acknowledgeDuration: new Histogram({
        name: 'ampora_opamp_acknowledge_duration_seconds',
        help: 'From the receipt of a report to its answer, the durable append included.',
        labelNames: ['tenant'],
        buckets: FAST,
        registers,
      }),
      applyDuration: new Histogram({
        name: 'ampora_opamp_apply_duration_seconds',
        help: "From the push of a configuration to the agent's APPLIED.",
        labelNames: ['tenant', 'agent_type'],
        buckets: SLOW,
        registers,
      }),
      ownMetricPoints: new Counter({
        name: 'ampora_own_metric_points_total',
        help: 'Points that agents sent of themselves: taken, late, skipped, too_many, unknown_agent.',
        labelNames: ['tenant', 'outcome'],
        registers,
      }),
    },
    eventLog: {
      appendDuration: new Histogram({
        name: 'ampora_event_log_append_duration_seconds',
        help: 'One append call, over all its streams, until durable.',
        labelNames: ['outcome'],
        buckets: FAST,
        registers,
      }),
      eventsAppended: new Counter({
        name: 'ampora_event_log_events_appended_total',
        help: 'Events stored; repeats of known ids are not counted.',
        registers,
      }),
      conflicts: new Counter({
        name: 'ampora_event_log_conflicts_total',
        help: 'Appends refused because the stream had moved on.',
        registers,
      }),
    },
    projections: {
      position: new Gauge({
        name: 'ampora_projection_position',
        help: 'Log position up to which a read model is built.',
        labelNames: ['projection', 'version'],
        registers,
      }),
      lagEvents: new Gauge({
        name: 'ampora_projection_lag_events',
        help: 'Events between a read model and the head of the log.',
        labelNames: ['projection', 'version'],
        registers,
      }),
      eventsApplied: new Counter({
        name: 'ampora_projection_events_total',
        help: 'Events that a read model has gone through.',
        labelNames: ['projection', 'version'],
        registers,
      }),
      batchDuration: new Histogram({
        name: 'ampora_projection_batch_duration_seconds',
        help: 'One batch of a read model: fold, write and checkpoint.',
        labelNames: ['projection', 'version'],
        buckets: FAST,
        registers,
      }),
      failures: new Counter({
        name: 'ampora_projection_failures_total',
        help: 'Stops of a read model, by the kind of cause.',
        labelNames: ['projection', 'version', 'category'],
        registers,
      }),
    },
    audit: {
      archived: new Counter({
        name: 'ampora_audit_archived_total',
        help: 'Rows of the audit log that sweeps decided by this process sent to the archive.',
        labelNames: ['tenant'],
        registers,
      }),
      purged: new Counter({
        name: 'ampora_audit_purged_total',
        help: 'Rows of the audit log that sweeps decided by this process deleted for good.',
        labelNames: ['tenant'],
        registers,
      }),
      eventsHashed: new Counter({
        name: 'ampora_audit_events_hashed_total',
        help: 'Events whose hash went into the tree of their tenant.',
        registers,
      }),
      rootsSealed: new Counter({
        name: 'ampora_audit_roots_sealed_total',
        help: 'Signed roots appended to the log by this process.',
        labelNames: ['tenant'],
        registers,
      }),
      sealedSize: new Gauge({
        name: 'ampora_audit_sealed_events',
        help: 'Events that the last root of this process stands for.',
        labelNames: ['tenant'],
        registers,
      }),
      lastSealed: new Gauge({
        name: 'ampora_audit_last_sealed_timestamp_seconds',
        help: 'When this process last sealed a root.',
        labelNames: ['tenant'],
        registers,
      }),
      sealFailures: new Counter({
        name: 'ampora_audit_seal_failures_total',
        help: 'Failed attempts to seal, by reason: history-altered, other.',
        labelNames: ['reason'],
        registers,
      }),
    },
    groups: {
      reconcileDuration: new Histogram({
        name: 'ampora_group_reconcile_duration_seconds',
        help: 'Looking at every agent once for the group that it belongs to.',
        labelNames: ['tenant'],
        buckets: SLOW,
        registers,
      }),
      moves: new Counter({
        name: 'ampora_group_moves_total',
        help: 'Agents that selectors put into a group, and that left one without another, by change: joined, left.',
        labelNames: ['tenant', 'change'],
        registers,
      }),
      reconcileFailures: new Counter({
        name: 'ampora_group_reconcile_failures_total',
        help: 'Failed attempts to put agents into their groups; each is tried again.',
        labelNames: ['tenant'],
        registers,
      }),
    },
    liveBus: {
      events: new Counter({
        name: 'ampora_live_bus_events_total',
        help: 'Messages on the live bus.',
        labelNames: ['tenant', 'event_type', 'direction'],
        registers,
      }),
      dropped: new Counter({
        name: 'ampora_live_bus_dropped_total',
        help: 'Messages that a slow subscriber lost.',
        labelNames: ['tenant', 'subscriber'],
        registers,
      }),
    },
    http: {
      requestDuration: new Histogram({
        name: 'ampora_http_request_duration_seconds',
        help: 'HTTP requests by route pattern, never by path.',
        labelNames: ['method', 'route', 'status'],
        buckets: FAST,
        registers,
      }),
    },
    database: {
      queryDuration: new Histogram({
        name: 'ampora_db_query_duration_seconds',
        help: 'Database queries by what they are for.',
        labelNames: ['operation'],
        buckets: FAST,
        registers,
      }),
      restarts: new Counter({
        name: 'ampora_db_restarts_total',
        help: 'Times that the embedded PostgreSQL was found dead and started again.',
        registers,
      }),
    },
    /** Brings values up to date that are read somewhere rather than counted here. A failure leaves the last ones. */
    onScrape(refresh: () => Promise<void>): void {
      refreshers.push(refresh);
    },
    /** The Prometheus text exposition, for `/metrics`. */
    async exposition(): Promise<{ readonly contentType: string; readonly body: string }> {
      await Promise.allSettled(refreshers.map((refresh) => refresh()));
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  } as const;
}
