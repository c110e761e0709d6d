import type { ProvenLog, SignedRoot } from '../proven-log.ts';

/** Leaves that one proof line covers at most when nothing among them is exported: a long scan is heard of now and then. */
const MOST_COVERED = 2 ** 20;
/** Earlier roots that an export of the whole log passes on, at most: one a step. */
const MOST_ROOTS = 1_024;
const LEAST_ROOT_STEP = 4_096;

/** A place where a chunk ends, whatever it holds. */
export interface Border {
  readonly leaf: number;
  /** Passed on there. */
  readonly root?: SignedRoot;
}

/** Borders after a leaf and before the tree's end, ascending: they follow from the tree and its roots alone. */
export async function* bordersAfter(
  after: number,
  proven: ProvenLog,
  treeSize: number,
): AsyncGenerator<Border, void, undefined> {
  let round = (Math.floor(after / MOST_COVERED) + 1) * MOST_COVERED;
  for await (const root of passedRoots(after, proven, treeSize)) {
    for (; round < root.treeSize; round += MOST_COVERED) yield { leaf: round };
    if (round === root.treeSize) round += MOST_COVERED;
    yield { leaf: root.treeSize, root };
  }
  for (; round < treeSize; round += MOST_COVERED) yield { leaf: round };
}

/** The first root in each step of leaves. */
async function* passedRoots(after: number, proven: ProvenLog, treeSize: number): AsyncGenerator<SignedRoot> {
  const step = Math.max(LEAST_ROOT_STEP, 2 ** Math.ceil(Math.log2(treeSize / MOST_ROOTS + 1)));
  const stepOf = (size: number): number => Math.floor(size / step);
  // From the beginning of the step: whether a root is its first does not hang on where one begins to look.
  let last = stepOf(after) - 1;
  for await (const root of proven.rootsBetween(Math.max(0, stepOf(after) * step - 1), treeSize)) {
    if (stepOf(root.treeSize) > last && root.treeSize > after) yield root;
    last = stepOf(root.treeSize);
  }
}

/** How many roots are passed on up to a leaf. */
export async function rootsPassedUpTo(leaf: number, proven: ProvenLog, treeSize: number): Promise<number> {
  let roots = 0;
  for await (const root of passedRoots(0, proven, treeSize)) {
    if (root.treeSize > leaf) break;
    roots += 1;
  }
  return roots;
}
