import type { ResourcePoints } from '../collector-point.ts';
import { defaultReadLimits, ReadBudget, type ReadLimits } from './read-limits.ts';
import { readJson } from './read-json.ts';
import { readProtobuf } from './read-protobuf.ts';

export type OtlpEncoding = 'protobuf' | 'json';

/** What a metrics request of OTLP/HTTP says of Collectors. Throws MalformedMetrics and nothing else. */
export function readMetrics(
  bytes: Uint8Array,
  encoding: OtlpEncoding,
  limits: ReadLimits = defaultReadLimits,
): ResourcePoints[] {
  const budget = new ReadBudget(limits);
  return encoding === 'json' ? readJson(bytes, budget) : readProtobuf(bytes, budget);
}
