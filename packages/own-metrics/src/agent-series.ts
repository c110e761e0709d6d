import type { CollectorPoint } from './collector-point.ts';
import type { Measure, Quantity, Section } from './measure-of.ts';
import { RateTable } from './rate-table.ts';
import { type AgentThroughput, type ComponentThroughput, inOrder, type ProcessUse } from './throughput.ts';

/** A Collector tells all its counters each time, within this: what it does not tell any more it does not run any more. */
const SAME_REPORT_MS = 5_000;

/** A series' name and meaning; one object for all agents that have it. */
export interface SeriesName {
  readonly series: string;
  readonly measure: Measure;
  /** Of the component and signal; the same for all its series. */
  readonly component: string;
}

export function nameOf({ series, measure }: CollectorPoint): SeriesName {
  const { section, id, signal } = measure;
  return { series, measure, component: `${section}\u0000${id}\u0000${signal}` };
}

export type Fate = 'taken' | 'late' | 'too-many';

/** What one agent has said of itself. */
export class AgentSeries {
  readonly #indexOf = new Map<string, number>();
  #names: SeriesName[] = [];
  readonly #table = new RateTable();
  /** Of the newest report, by the agent's clock: series that are not in it any more are gone. */
  #newestMs = 0;
  receivedMs = 0;

  get size(): number {
    return this.#names.length;
  }

  begin(points: readonly CollectorPoint[], receivedMs: number): void {
    this.receivedMs = receivedMs;
    if (points.length > 0) this.#newestMs = points.reduce((most, { timeMs }) => Math.max(most, timeMs), 0);
  }

  take(point: CollectorPoint, intern: (point: CollectorPoint) => SeriesName, most: number): Fate {
    const index = this.#indexOf.get(point.series);
    if (index !== undefined) return this.#table.observe(index, point) ? 'taken' : 'late';
    if (this.#names.length >= most) this.#dropGone();
    if (this.#names.length >= most) return 'too-many';
    const name = intern(point);
    this.#indexOf.set(name.series, this.#table.add(point));
    this.#names.push(name);
    return 'taken';
  }

  read(): AgentThroughput {
    const components = new Map<string, Parts>();
    const process: Parts = new Map();
    this.#names.forEach(({ measure: { section, quantity }, component }, index) => {
      if (this.#isGone(index)) return;
      let parts = section === 'process' ? process : components.get(component);
      if (!parts) components.set(component, (parts = new Map()));
      const value = isLevel(quantity) ? this.#table.value(index) : this.#table.rate(index);
      const before = parts.get(quantity);
      // Not known for one of the series of a component is not known for the component.
      parts.set(quantity, value === undefined || before === null ? null : (before ?? 0) + value);
    });
    return {
      receivedMs: this.receivedMs,
      components: [...components].map(([key, parts]) => toComponent(key, parts)).sort(inOrder),
      process: process.size === 0 ? null : toProcess(process),
    };
  }

  #isGone(index: number): boolean {
    return this.#table.timeMs(index) < this.#newestMs - SAME_REPORT_MS;
  }

  #dropGone(): void {
    const kept = this.#names.map((_name, index) => index).filter((index) => !this.#isGone(index));
    if (kept.length === this.#names.length) return;
    this.#table.keep(kept);
    this.#names = kept.map((index) => this.#names[index] as SeriesName);
    this.#indexOf.clear();
    this.#names.forEach(({ series }, index) => this.#indexOf.set(series, index));
  }
}

type Parts = Map<Quantity, number | null>;

function isLevel(quantity: Quantity): boolean {
  return quantity.startsWith('queue-') || quantity === 'memory-bytes' || quantity === 'uptime-seconds';
}

function toComponent(key: string, parts: Parts): ComponentThroughput {
  const [section, id, signal] = key.split('\u0000') as [Section, string, string];
  const main = parts.get(section === 'exporters' ? 'out' : 'in');
  return {
    section,
    id,
    signal,
    // A counter is there from its first item on.
    itemsPerSecond: main === undefined ? 0 : main,
    outgoingPerSecond: section === 'processors' ? (parts.get('out') ?? null) : null,
    refusedPerSecond: parts.get('refused') ?? null,
    failedPerSecond: parts.get('failed') ?? null,
    queueSize: parts.get('queue-size') ?? null,
    queueCapacity: parts.get('queue-capacity') ?? null,
  };
}

function toProcess(parts: Parts): ProcessUse {
  return {
    cpuCores: parts.get('cpu-seconds') ?? null,
    memoryBytes: parts.get('memory-bytes') ?? null,
    uptimeSeconds: parts.get('uptime-seconds') ?? null,
  };
}
