import type { Span } from './span.ts';

/** What happened in a stretch of the log. */
export interface ActivityBucket {
  readonly from: string;
  readonly to: string;
  readonly events: number;
  /** By people: configurations, assignments, settings. */
  readonly changes: number;
  /** Went unhealthy, refused its configuration, disconnected, flaps. */
  readonly trouble: number;
}

/** How far back a view of the log reaches. */
export const reaches = [
  { name: 'hour', word: '1 h', spoken: 'The last hour', ms: 3_600_000 },
  { name: 'day', word: '24 h', spoken: 'The last day', ms: 86_400_000 },
  { name: 'week', word: '7 d', spoken: 'The last week', ms: 7 * 86_400_000 },
  { name: 'all', word: 'All', spoken: 'The whole log', ms: Number.POSITIVE_INFINITY },
] as const;
export type Reach = (typeof reaches)[number];

/** The end of the log, as long as the reach says and no longer than the log's life. */
export function tailOf(bounds: Span, reach: Reach): Span {
  return { from: Math.max(bounds.from, bounds.to - reach.ms), to: bounds.to };
}

/** A stretch as long as the reach says around a moment, inside the bounds. */
export function around(bounds: Span, reach: Reach, moment: number): Span {
  const length = Math.min(reach.ms, bounds.to - bounds.from);
  const from = Math.min(bounds.to - length, Math.max(bounds.from, moment - length / 2));
  return { from, to: from + length };
}

/** One bucket as it is drawn: CSS pixels from the left, and heights as shares of the tallest bar. */
export interface ActivityBar {
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly trouble: number;
  readonly bucket: ActivityBucket;
}

/**
 * The bars in view. Heights are square roots, so that one event stays visible beside a thousand; trouble is never lower
 * than a fifth of its bar, for the same reason.
 */
export function barsOf(buckets: readonly ActivityBucket[], view: Span, width: number): ActivityBar[] {
  const scale = width / Math.max(1, view.to - view.from);
  const seen = buckets.flatMap((bucket) => {
    const from = Date.parse(bucket.from);
    const to = Date.parse(bucket.to);
    if (bucket.events === 0 || to < view.from || from > view.to) return [];
    const x = Math.max(0, (from - view.from) * scale);
    return [{ bucket, x, width: Math.max(1, Math.min(width, (to - view.from) * scale) - x) }];
  });
  const top = Math.sqrt(Math.max(1, ...seen.map(({ bucket }) => bucket.events)));
  return seen.map(({ bucket, x, width: barWidth }) => {
    const height = Math.sqrt(bucket.events) / top;
    const share = bucket.trouble / bucket.events;
    return { bucket, x, width: barWidth, height, trouble: share === 0 ? 0 : height * Math.max(0.2, share) };
  });
}

/** The bucket that a moment falls into. */
export function bucketAt(buckets: readonly ActivityBucket[], moment: number): ActivityBucket | null {
  return buckets.find(({ from, to }) => Date.parse(from) <= moment && moment < Date.parse(to)) ?? null;
}
