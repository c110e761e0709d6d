/** A line through some numbers, as SVG paths. */
export interface Spark {
  readonly line: string;
  readonly area: string;
  readonly end: { readonly x: number; readonly y: number };
}

const round = (value: number) => Math.round(value * 10) / 10;

/** Below this the line stays low: a little is not much. */
const least = 1;

/** The newest value stands at the right edge; the largest touches the top. Null without values. */
export function sparkOf(
  values: readonly number[],
  capacity: number,
  width: number,
  height: number,
): Spark | null {
  if (values.length === 0) return null;
  const margin = 2;
  const top = Math.max(...values, least);
  const step = (width - margin) / Math.max(1, capacity - 1);
  const points = values.map((value, index) => ({
    x: round(width - margin - (values.length - 1 - index) * step),
    y: round(height - 1 - (Math.max(0, value) / top) * (height - 1 - margin)),
  }));
  const first = points[0];
  const end = points.at(-1);
  if (first === undefined || end === undefined) return null;
  const line = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return { line, area: `${line}L${end.x} ${height}L${first.x} ${height}Z`, end };
}
