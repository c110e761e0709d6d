import type { Measure } from './measure-of.ts';

/** One point of a metric that says what flows through a Collector. */
export interface CollectorPoint {
  readonly measure: Measure;
  /** Tells the series of one agent apart: the metric's name and the point's attributes. */
  readonly series: string;
  readonly temporality: Temporality;
  /** Of the sender's clock, in milliseconds since 1970; 0 when it does not say. */
  readonly startMs: number;
  readonly timeMs: number;
  readonly value: number;
}

/** A gauge is a level; the others count, since the start or since the point before. */
export type Temporality = 'cumulative' | 'delta' | 'gauge';

/** What one resource of a request says. */
export interface ResourcePoints {
  /** `service.instance.id`; empty when it is not among the attributes. */
  readonly instanceId: string;
  readonly points: readonly CollectorPoint[];
  /** Points that were left out: no number, no time, too many or too long attributes. */
  readonly skipped: number;
}
