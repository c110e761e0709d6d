import { toBase64 } from '../base64.ts';
import type { Tree } from '../tree/tree.ts';
import { type CoveredRun, proofLine } from './export-lines.ts';

/** Exported leaves that one proof line should cover at most: what a verifier holds in memory. */
export const CHUNK_LEAVES = 1_024;

export interface ExportProofsOptions {
  readonly tree: Tree;
  /** Of the header's checkpoint. */
  readonly treeSize: number;
  /** To go on with an export: the leaves that its last proof line ended with. Default 0. */
  readonly from?: number;
}

/** Makes the proof lines of an export, chunk after chunk. */
export interface ExportProofs {
  /** Leaves covered so far. */
  readonly covered: number;
  /**
   * The line that covers the leaves from where the last one ended up to `to` (exclusive). `exported` are those leaves among
   * them that follow as lines, ascending, at most CHUNK_LEAVES. The last line ends at the tree's size.
   */
  cover(exported: readonly number[], to: number): Promise<string>;
}

export function createExportProofs({ tree, treeSize, from = 0 }: ExportProofsOptions): ExportProofs {
  let covered = from;

  return {
    get covered() {
      return covered;
    },
    async cover(exported, to) {
      if (to <= covered || to > treeSize)
        throw new RangeError(`after leaf ${covered} a proof cannot end at ${to} of ${treeSize}`);
      const runs: CoveredRun[] = [];
      const hashes: Uint8Array[] = [];
      let at = covered;
      for (const [first, end] of consecutive(exported)) {
        if (first < at || end > to)
          throw new RangeError(`leaf ${first} is not among those from ${at} to ${to}`);
        if (first > at) {
          runs.push({ gap: first - at });
          hashes.push(...(await tree.cover(at, first)));
        }
        runs.push({ leaves: end - first });
        hashes.push(...(await tree.leaves(first, end)));
        at = end;
      }
      if (at < to) {
        runs.push({ gap: to - at });
        hashes.push(...(await tree.cover(at, to)));
      }
      const rest = await tree.cover(to, treeSize);
      const line = proofLine({
        from: covered,
        to,
        runs,
        hashes: hashes.map(toBase64),
        rest: rest.map(toBase64),
      });
      covered = to;
      return line;
    },
  };
}

/** Runs of numbers that follow each other, as [first, end). */
function* consecutive(ascending: readonly number[]): Generator<readonly [number, number]> {
  let first: number | undefined;
  let end = 0;
  for (const leaf of ascending) {
    if (first !== undefined && leaf === end) {
      end += 1;
      continue;
    }
    if (first !== undefined) yield [first, end];
    first = leaf;
    end = leaf + 1;
  }
  if (first !== undefined) yield [first, end];
}
