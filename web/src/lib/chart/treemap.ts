export interface Tile<Item> {
  readonly item: Item;
  /** All as shares of the whole, from 0 to 1. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Divides a rectangle among items by their size, in tiles as near to squares as they come: the largest first, row by
 * row along the shorter side. `aspect` is the rectangle's width over its height. Items without size get no tile.
 */
export function treemap<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  aspect: number,
): readonly Tile<Item>[] {
  const sized = items
    .map((item) => ({ item, size: sizeOf(item) }))
    .filter(({ size }) => size > 0)
    .toSorted((left, right) => right.size - left.size);
  const total = sized.reduce((sum, { size }) => sum + size, 0);
  const tiles: Tile<Item>[] = [];
  // The area has a height of 1 and a width of `aspect`, so that a square is one on the screen.
  const rest: Area = { left: 0, top: 0, width: aspect, height: 1 };
  let first = 0;
  while (first < sized.length) {
    const along = Math.min(rest.width, rest.height);
    const areaOf = (size: number) => (size / total) * aspect;
    let end = first + 1;
    let sum = areaOf(sized[first]?.size ?? 0);
    let worst = worstRatio(sized.slice(first, end), areaOf, sum, along);
    while (end < sized.length) {
      const next = sum + areaOf(sized[end]?.size ?? 0);
      const ratio = worstRatio(sized.slice(first, end + 1), areaOf, next, along);
      if (ratio > worst) break;
      worst = ratio;
      sum = next;
      end += 1;
    }
    const isColumn = rest.width >= rest.height;
    const thickness = sum / along;
    let at = isColumn ? rest.top : rest.left;
    for (const { item, size } of sized.slice(first, end)) {
      const length = areaOf(size) / thickness;
      tiles.push({
        item,
        left: (isColumn ? rest.left : at) / aspect,
        top: isColumn ? at : rest.top,
        width: (isColumn ? thickness : length) / aspect,
        height: isColumn ? length : thickness,
      });
      at += length;
    }
    if (isColumn) {
      rest.left += thickness;
      rest.width -= thickness;
    } else {
      rest.top += thickness;
      rest.height -= thickness;
    }
    first = end;
  }
  return tiles;
}

/** Of tiles in one row, the longer side over the shorter one where that is largest. */
function worstRatio(
  row: readonly { readonly size: number }[],
  areaOf: (size: number) => number,
  sum: number,
  along: number,
): number {
  const thickness = sum / along;
  return Math.max(
    ...row.map(({ size }) => {
      const length = areaOf(size) / thickness;
      return Math.max(length / thickness, thickness / length);
    }),
  );
}
