import type { Position } from '@ampora/kernel';
import type { Tree } from '@ampora/proof';

/** A signed tree head. */
export interface SignedRoot {
  readonly treeSize: number;
  /** Base64. */
  readonly rootHash: string;
  /** The signed note. */
  readonly checkpoint: string;
}

/** What an export must know of the tree over one tenant's events. Leaves are counted from 0. */
export interface ProvenLog {
  readonly tree: Tree;
  /** The positions of the leaves [from, to). */
  positionsOf(from: number, to: number): Promise<readonly Position[]>;
  /** How many leaves stand at or before a position. */
  leavesUpTo(position: Position): Promise<number>;
  /** Roots larger than `after` and smaller than `before`, ascending. */
  rootsBetween(after: number, before: number): AsyncIterable<SignedRoot>;
  /** Signed notes in which each key hands over to the next, oldest first. */
  rotations(): Promise<readonly string[]>;
  /** A note over a text, signed with the active key. */
  sign(text: string): Promise<string>;
}
