/** A perfect subtree: the leaves from `index * 2^height` to `(index + 1) * 2^height`. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** The fewest perfect subtrees that cover the leaves [from, to), from left to right: at most two of a height. */
export function subtreesOf(from: number, to: number): Subtree[] {
  const subtrees: Subtree[] = [];
  let at = from;
  while (at < to) {
    let height = 0;
    let size = 1;
    while (at % (2 * size) === 0 && at + 2 * size <= to) {
      size *= 2;
      height += 1;
    }
    subtrees.push({ height, index: at / size });
    at += size;
  }
  return subtrees;
}

/** The largest power of two that is smaller than a size of at least two. */
export function splitOf(size: number): number {
  let split = 1;
  while (2 * split < size) split *= 2;
  return split;
}
