import type { FrameRejection, Metrics } from '@ampora/platform';

/** The edge's counters; label children are looked up once, for this is the hot path. */
export interface EdgeMetrics {
  received(kind: FrameKind): void;
  sent(kind: FrameKind): void;
  rejected(reason: FrameRejection): void;
  acknowledged(sinceMs: number): void;
  /** Seconds from an offer to the agent's APPLIED. */
  applied(seconds: number, agentType: string): void;
  /** The label for agents of this type: agents name it, so only so many are told apart. */
  agentType(name: string): string;
  /** Points that agents sent of themselves. */
  ownPoints(outcome: PointOutcome, count: number): void;
}

export type PointOutcome = 'taken' | 'late' | 'skipped' | 'too_many' | 'unknown_agent';

export type FrameKind = 'websocket' | 'http' | 'push';

const MOST_AGENT_TYPES = 64;

export const noMetrics: EdgeMetrics = {
  received: () => undefined,
  sent: () => undefined,
  rejected: () => undefined,
  acknowledged: () => undefined,
  applied: () => undefined,
  agentType: () => 'unknown',
  ownPoints: () => undefined,
};

export function createEdgeMetrics(metrics: Metrics['opamp'], tenant: string): EdgeMetrics {
  const children = <Child>(make: (kind: FrameKind) => Child) => ({
    websocket: make('websocket'),
    http: make('http'),
    push: make('push'),
  });
  const received = children((frame_kind) => metrics.framesReceived.labels({ tenant, frame_kind }));
  const sent = children((frame_kind) => metrics.framesSent.labels({ tenant, frame_kind }));
  const agentTypes = new Map<string, string>();
  const acknowledged = metrics.acknowledgeDuration.labels({ tenant });
  return {
    received: (kind) => {
      received[kind].inc();
    },
    sent: (kind) => {
      sent[kind].inc();
    },
    rejected: (reason) => {
      metrics.framesRejected.inc({ tenant, reason });
    },
    acknowledged: (sinceMs) => {
      acknowledged.observe((Date.now() - sinceMs) / 1000);
    },
    applied: (seconds, agent_type) => {
      metrics.applyDuration.observe({ tenant, agent_type }, seconds);
    },
    agentType: (name) => {
      const known = agentTypes.get(name);
      if (known !== undefined) return known;
      if (name === '' || name.length > 128 || agentTypes.size >= MOST_AGENT_TYPES) return 'other';
      agentTypes.set(name, name);
      return name;
    },
    ownPoints: (outcome, count) => {
      if (count > 0) metrics.ownMetricPoints.inc({ tenant, outcome }, count);
    },
  };
}
