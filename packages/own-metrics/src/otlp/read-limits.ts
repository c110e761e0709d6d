import { MalformedMetrics } from './malformed-metrics.ts';

/** What one request may hold, whatever its size. A large Collector sends about 400 points of 5 attributes. */
export interface ReadLimits {
  /** Resources: one for each agent that speaks. Default 1,000. */
  readonly maxResources: number;
  /** Metrics, of whatever name, over all resources. Default 50,000. */
  readonly maxMetrics: number;
  /** Points of the metrics that are read. Default 50,000. */
  readonly maxPoints: number;
  /** Attributes of one resource or one point; a point with more is left out. Default 64. */
  readonly maxAttributes: number;
  /** Characters of a name or a value; a point with longer ones is left out. Default 256. */
  readonly maxTextLength: number;
}

export const defaultReadLimits: ReadLimits = Object.freeze({
  maxResources: 1_000,
  maxMetrics: 50_000,
  maxPoints: 50_000,
  maxAttributes: 64,
  maxTextLength: 256,
});

/** What is left of the limits while one request is read. */
export class ReadBudget {
  readonly limits: ReadLimits;
  readonly #left: { resources: number; metrics: number; points: number };

  constructor(limits: ReadLimits) {
    this.limits = limits;
    this.#left = { resources: limits.maxResources, metrics: limits.maxMetrics, points: limits.maxPoints };
  }

  /** Throws MalformedMetrics when there are too many. */
  take(what: 'resources' | 'metrics' | 'points'): void {
    if (--this.#left[what] < 0) throw new MalformedMetrics(`The request holds too many ${what}.`);
  }

  isShort(text: string): boolean {
    return text.length <= this.limits.maxTextLength;
  }
}
