/** A stretch of leaves: `from` is in it, `to` is not. */
export interface Leaves {
  readonly from: number;
  readonly to: number;
}

/** One step from a leaf towards the root: the neighbour it is hashed with, and what the two cover together. */
export interface PathStep {
  /** Where the neighbour stands. */
  readonly side: 'left' | 'right';
  readonly neighbour: Leaves;
  readonly covers: Leaves;
}

/** The largest power of two below `size`: where RFC 9162 divides a tree of that size. */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The steps of an inclusion proof in its order, from the leaf to the root (RFC 9162 §2.1.3.1). */
export function pathOf(leafIndex: number, treeSize: number): PathStep[] {
  const steps: PathStep[] = [];
  let whole: Leaves = { from: 0, to: treeSize };
  while (whole.to - whole.from > 1) {
    const middle = whole.from + splitOf(whole.to - whole.from);
    const before = { from: whole.from, to: middle };
    const after = { from: middle, to: whole.to };
    const isBefore = leafIndex < middle;
    steps.unshift({
      side: isBefore ? 'right' : 'left',
      neighbour: isBefore ? after : before,
      covers: whole,
    });
    whole = isBefore ? before : after;
  }
  return steps;
}
