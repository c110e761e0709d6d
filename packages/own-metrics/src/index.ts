// What agents say of themselves over OTLP/HTTP, read and written.
export { MalformedMetrics } from './otlp/malformed-metrics.ts';
export { defaultReadLimits, type ReadLimits } from './otlp/read-limits.ts';
export { type OtlpEncoding, readMetrics } from './otlp/read-metrics.ts';
export { type PartialSuccess, writeStatus, writeTaken } from './otlp/write-answers.ts';
export { type CounterToSend, type MetricsToSend, writeMetrics } from './otlp/write-metrics.ts';
export type { CollectorPoint, ResourcePoints, Temporality } from './collector-point.ts';

// What flows through them.
export { sections, type Section } from './measure-of.ts';
export { WINDOW_MS } from './rate-table.ts';
export { SILENT_AFTER_MS, type ThroughputLimits, ThroughputStore } from './throughput-store.ts';
export {
  type AgentThroughput,
  type ComponentThroughput,
  type ProcessUse,
  type SignalRate,
  signalRates,
  ThroughputSum,
} from './throughput.ts';
