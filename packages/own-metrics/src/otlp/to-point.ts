import type { CollectorPoint, Temporality } from '../collector-point.ts';
import { type KnownMetric, measureOf } from '../measure-of.ts';

/** A number point as read off the wire, in either encoding. */
export interface NumberPoint {
  readonly attributes: ReadonlyMap<string, string>;
  readonly startMs: number;
  readonly timeMs: number;
  readonly value: number;
}

/** No Collector counts so far; sums of such numbers stay numbers. */
const MOST = 1e18;

/** Undefined when it cannot be measured with: no finite number of zero or more, no time, no component. */
export function toPoint(
  name: string,
  { metric, temporality }: { readonly metric: KnownMetric; readonly temporality: Temporality },
  { attributes, startMs, timeMs, value }: NumberPoint,
): CollectorPoint | undefined {
  if (!(value >= 0 && value <= MOST) || !(timeMs > 0 && timeMs < MOST)) return undefined;
  const measure = measureOf(metric, attributes);
  if (!measure) return undefined;
  const keys = attributes.size > 1 ? [...attributes.keys()].sort() : [...attributes.keys()];
  let series = name;
  for (const key of keys) series += `\u0000${key}\u0000${attributes.get(key) ?? ''}`;
  return { measure, series, temporality, startMs, timeMs, value };
}
