import { LatencyHistogram } from './latency-histogram.ts';

/** What the whole fleet has seen. Counts since the start; gauges where said. */
export interface FleetStatistics {
  readonly agents: number;
  /** Gauge: agents with an open connection, or whose last poll was answered. */
  readonly connected: number;
  /** Gauge: connected agents that the server has answered on this connection. */
  readonly acknowledged: number;
  /** Connections opened again after one was lost. */
  readonly reconnects: number;
  readonly messagesSent: number;
  readonly bytesSent: number;
  readonly messagesReceived: number;
  readonly bytesReceived: number;
  /** Messages of ours that were answered. */
  readonly answers: number;
  /** From sending to the answer, milliseconds, since the last `clearLatencies`; undefined when nothing was measured. */
  readonly latencyP50Ms: number | undefined;
  readonly latencyP99Ms: number | undefined;
  readonly latencySamples: number;
  /** Remote configurations received, in pushes or in answers. */
  readonly offers: number;
  /** Offers of the hash that this very agent was offered last. */
  readonly repeatedOffers: number;
  /** Offers to agents that never said they accept any. */
  readonly unwantedOffers: number;
  readonly applied: number;
  readonly failed: number;
  readonly fullStateRequests: number;
  readonly componentRequests: number;
  readonly newUids: number;
  /** Reports of own metrics that were taken. */
  readonly ownMetricsSent: number;
  /** By kind, such as `dial/ECONNREFUSED`, `http/503`, `answer/Unavailable`, `answer/undecodable`. */
  readonly errors: Readonly<Record<string, number>>;
}

/** The counters themselves, written by agents and connections. */
export class FleetCounters {
  connected = 0;
  acknowledged = 0;
  reconnects = 0;
  messagesSent = 0;
  bytesSent = 0;
  messagesReceived = 0;
  bytesReceived = 0;
  answers = 0;
  offers = 0;
  repeatedOffers = 0;
  unwantedOffers = 0;
  applied = 0;
  failed = 0;
  fullStateRequests = 0;
  componentRequests = 0;
  newUids = 0;
  ownMetricsSent = 0;
  readonly latencies = new LatencyHistogram();
  readonly #errors = new Map<string, number>();

  error(kind: string): void {
    this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + 1);
  }

  snapshot(agents: number): FleetStatistics {
    const { latencies, ...counts } = this;
    return {
      agents,
      ...counts,
      latencyP50Ms: latencies.quantile(0.5),
      latencyP99Ms: latencies.quantile(0.99),
      latencySamples: latencies.count,
      errors: Object.fromEntries([...this.#errors].sort(([left], [right]) => (left < right ? -1 : 1))),
    };
  }
}
