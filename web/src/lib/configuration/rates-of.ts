import type { ComponentThroughput } from '@ampora/api-contract';
import { type Throughput, throughputKey } from '#lib/canvas/edge-rate.ts';

/** What leaves each component, by component and signal: of a processor that drops some, less than what comes in. */
export function ratesOf(components: readonly ComponentThroughput[]): Throughput {
  const rates = new Map<string, number>();
  for (const { section, id, signal, itemsPerSecond, outgoingPerSecond } of components) {
    const rate = outgoingPerSecond ?? itemsPerSecond;
    if (rate !== null) rates.set(throughputKey(section, id, signal), rate);
  }
  return rates;
}
