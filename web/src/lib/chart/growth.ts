/** A number that only grows, at some moments. */
export interface GrowthPoint {
  readonly at: number;
  readonly value: number;
}

export interface Growth {
  /** Steps: between two moments the number is that of the earlier one. */
  readonly line: string;
  readonly area: string;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly point: GrowthPoint }[];
  readonly from: number;
  readonly to: number;
  readonly top: number;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Points, oldest first, as a line of steps that ends at `end`. Null without points. */
export function growthOf(
  points: readonly GrowthPoint[],
  end: number,
  width: number,
  height: number,
): Growth | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const to = Math.max(end, last.at, first.at + 1);
  const top = Math.max(1, last.value);
  const margin = 6;
  const x = (at: number) => round(((at - first.at) / (to - first.at)) * (width - 2 * margin) + margin);
  const y = (value: number) => round(height - (value / top) * (height - margin));
  const dots = points.map((point) => ({ x: x(point.at), y: y(point.value), point }));
  let line = `M${x(first.at)} ${y(first.value)}`;
  for (const dot of dots.slice(1)) line += `H${dot.x}V${dot.y}`;
  line += `H${x(to)}`;
  return { line, area: `${line}V${height}H${x(first.at)}Z`, dots, from: first.at, to, top };
}
