import { AgentSeries, type Fate, nameOf, type SeriesName } from './agent-series.ts';
import type { CollectorPoint } from './collector-point.ts';
import type { AgentThroughput } from './throughput.ts';

export interface ThroughputLimits {
  /** Default 100,000. */
  readonly maxAgents: number;
  /** Series of one agent. A Collector of ten components has about forty. Default 256. */
  readonly maxSeriesPerAgent: number;
}

const defaultLimits: ThroughputLimits = { maxAgents: 100_000, maxSeriesPerAgent: 256 };

/** Without a report for this long an agent's numbers are of the past. Collectors report each minute by default. */
export const SILENT_AFTER_MS = 180_000;
/** Names that are shared between agents; beyond it each has its own. */
const MOST_SHARED_NAMES = 50_000;

export type Recorded = Record<Fate, number>;

/** What each agent measures of itself, newest only, in memory only. */
export class ThroughputStore {
  readonly #limits: ThroughputLimits;
  readonly #agents = new Map<string, AgentSeries>();
  readonly #names = new Map<string, SeriesName>();

  constructor(limits: Partial<ThroughputLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  get agents(): number {
    return this.#agents.size;
  }

  get series(): number {
    let sum = 0;
    for (const agent of this.#agents.values()) sum += agent.size;
    return sum;
  }

  /** Takes one report; says what became of its points. */
  record(agentId: string, points: readonly CollectorPoint[], receivedMs: number): Recorded {
    const recorded: Recorded = { taken: 0, late: 0, 'too-many': 0 };
    let agent = this.#agents.get(agentId);
    if (!agent) {
      if (this.#agents.size >= this.#limits.maxAgents) return { ...recorded, 'too-many': points.length };
      this.#agents.set(agentId, (agent = new AgentSeries()));
    }
    agent.begin(points, receivedMs);
    for (const point of points) recorded[agent.take(point, this.#intern, this.#limits.maxSeriesPerAgent)]++;
    return recorded;
  }

  /** Undefined when it has said nothing of itself lately. */
  of(agentId: string, nowMs: number): AgentThroughput | undefined {
    const agent = this.#agents.get(agentId);
    return agent && nowMs - agent.receivedMs <= SILENT_AFTER_MS ? agent.read() : undefined;
  }

  /** Forgets the silent. */
  sweep(nowMs: number): void {
    for (const [agentId, { receivedMs }] of this.#agents)
      if (nowMs - receivedMs > SILENT_AFTER_MS) this.#agents.delete(agentId);
    if (this.#agents.size === 0) this.#names.clear();
  }

  readonly #intern = (point: CollectorPoint): SeriesName => {
    const known = this.#names.get(point.series);
    if (known) return known;
    const name = nameOf(point);
    if (this.#names.size < MOST_SHARED_NAMES) this.#names.set(name.series, name);
    return name;
  };
}
