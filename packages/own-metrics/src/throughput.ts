import type { Section } from './measure-of.ts';

/** What flows through one component, in items per second. Null: not measured, or not for long enough. */
export interface ComponentThroughput {
  readonly section: Section;
  readonly id: string;
  readonly signal: string;
  /** Accepted by a receiver, come into a processor, sent by an exporter. */
  readonly itemsPerSecond: number | null;
  /** Gone out of a processor. */
  readonly outgoingPerSecond: number | null;
  readonly refusedPerSecond: number | null;
  readonly failedPerSecond: number | null;
  /** Batches that wait in an exporter's queue, and how many may. */
  readonly queueSize: number | null;
  readonly queueCapacity: number | null;
}

export interface ProcessUse {
  /** Seconds of processor time per second. */
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  readonly uptimeSeconds: number | null;
}

/** What an agent says of itself, as of its last report. */
export interface AgentThroughput {
  /** When the report came, by this server's clock. */
  readonly receivedMs: number;
  readonly components: readonly ComponentThroughput[];
  readonly process: ProcessUse | null;
}

export interface SignalRate {
  readonly signal: string;
  readonly itemsPerSecond: number;
}

/** Adds up what agents carry, component by component. */
export class ThroughputSum {
  readonly #sums = new Map<string, Sum>();

  add({ components }: AgentThroughput): void {
    for (const one of components) {
      const key = `${one.section}\u0000${one.id}\u0000${one.signal}`;
      const sum = this.#sums.get(key);
      if (sum) for (const quantity of quantities) sum[quantity] = plus(sum[quantity], one[quantity]);
      else this.#sums.set(key, { ...one });
    }
  }

  components(): ComponentThroughput[] {
    return [...this.#sums.values()].sort(inOrder);
  }
}

type Sum = { -readonly [Key in keyof ComponentThroughput]: ComponentThroughput[Key] };

const quantities = [
  'itemsPerSecond',
  'outgoingPerSecond',
  'refusedPerSecond',
  'failedPerSecond',
  'queueSize',
  'queueCapacity',
] as const;

/** What is not measured adds nothing. */
function plus(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  return other === null ? one : one + other;
}

/** What comes in, by signal: what the receivers accept. */
export function signalRates(all: Iterable<AgentThroughput>): SignalRate[] {
  const rates = new Map<string, number>();
  for (const { components } of all) {
    for (const { section, signal, itemsPerSecond } of components) {
      if (section === 'receivers' && itemsPerSecond !== null)
        rates.set(signal, (rates.get(signal) ?? 0) + itemsPerSecond);
    }
  }
  return [...rates]
    .map(([signal, itemsPerSecond]) => ({ signal, itemsPerSecond }))
    .sort((one, other) => (one.signal < other.signal ? -1 : 1));
}

const placeOf: Readonly<Record<Section, number>> = { receivers: 0, processors: 1, exporters: 2 };

/** In the order in which telemetry goes through them. */
export function inOrder(one: ComponentThroughput, other: ComponentThroughput): number {
  if (one.section !== other.section) return placeOf[one.section] - placeOf[other.section];
  if (one.id !== other.id) return one.id < other.id ? -1 : 1;
  return one.signal < other.signal ? -1 : 1;
}
