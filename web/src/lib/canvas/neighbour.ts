import type { Box } from '@ampora/collector-config';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The nearest box in a direction, as the eye would find it; undefined when there is none. */
export function neighbourOf(
  boxes: ReadonlyMap<string, Box>,
  key: string,
  direction: Direction,
): string | undefined {
  const from = boxes.get(key);
  if (from === undefined) return undefined;
  const isAcross = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  let best: { readonly key: string; readonly cost: number } | undefined;
  for (const [other, box] of boxes) {
    const [dx, dy] = [centreX(box) - centreX(from), centreY(box) - centreY(from)];
    const [along, aside] = isAcross ? [dx * sign, Math.abs(dy)] : [dy * sign, Math.abs(dx)];
    // What stands further aside than ahead is another row, or another column.
    if (other === key || along < 4) continue;
    const cost = along + aside * 3;
    if (best === undefined || cost < best.cost) best = { key: other, cost };
  }
  return best?.key;
}

function centreX({ x, width }: Box): number {
  return x + width / 2;
}
function centreY({ y, height }: Box): number {
  return y + height / 2;
}
