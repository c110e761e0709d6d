/** A stretch of time in Unix milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const shortestView = 5_000;

/** A view `factor` times as long (below 1 zooms in) in which `anchor` keeps its place, inside the bounds. */
export function zoom(view: Span, bounds: Span, factor: number, anchor: number): Span {
  const whole = Math.max(shortestView, bounds.to - bounds.from);
  const length = Math.min(whole, Math.max(shortestView, (view.to - view.from) * factor));
  const share = (anchor - view.from) / Math.max(1, view.to - view.from);
  return pan({ from: anchor - share * length, to: anchor + (1 - share) * length }, bounds, 0);
}

/** The same length moved by `byMs`, inside the bounds. */
export function pan(view: Span, bounds: Span, byMs: number): Span {
  const length = view.to - view.from;
  const from = Math.max(bounds.from, Math.min(bounds.to - length, view.from + byMs));
  return { from, to: from + length };
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  second,
  5 * second,
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  30 * day,
  90 * day,
  365 * day,
];

/** Round moments for an axis: no more than `most`, on local clock boundaries given the zone's offset. */
export function axisOf(view: Span, most: number, zoneOffsetMs = 0): number[] {
  const length = view.to - view.from;
  const step = steps.find((candidate) => length / candidate <= most) ?? Math.ceil(length / most / day) * day;
  const first = Math.ceil((view.from - zoneOffsetMs) / step) * step + zoneOffsetMs;
  const moments: number[] = [];
  for (let moment = first; moment <= view.to; moment += step) moments.push(moment);
  return moments;
}
