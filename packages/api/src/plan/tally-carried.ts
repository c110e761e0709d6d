import type { ChangePlan } from '@ampora/api-contract';
import { type AgentThroughput, signalRates } from '@ampora/own-metrics';

/** Adds up what the agents that a change touches take in now. */
export class CarriedTally {
  #reporting = 0;
  readonly #perSecond = new Map<string, number>();

  add(throughput: AgentThroughput | undefined): void {
    if (!throughput) return;
    this.#reporting++;
    for (const { signal, itemsPerSecond } of signalRates([throughput]))
      this.#perSecond.set(signal, (this.#perSecond.get(signal) ?? 0) + itemsPerSecond);
  }

  toPlan(): ChangePlan['throughput'] {
    if (this.#reporting === 0) return null;
    const signals = [...this.#perSecond].map(([signal, itemsPerSecond]) => ({ signal, itemsPerSecond }));
    return {
      reporting: this.#reporting,
      signals: signals.toSorted((one, other) => (one.signal < other.signal ? -1 : 1)),
    };
  }
}
