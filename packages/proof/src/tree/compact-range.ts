import { hashEmpty, type Hashing, hashNode } from '../hashing.ts';
import type { Subtree } from './subtrees.ts';

/** The roots of the perfect subtrees that make up a tree's first leaves: all that is needed to go on, O(log n). */
export class CompactRange {
  readonly #hashing: Hashing;
  readonly #heights: number[] = [];
  readonly #hashes: Uint8Array[] = [];
  #size = 0;

  constructor(hashing: Hashing) {
    this.#hashing = hashing;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the subtree that begins where the range ends. Throws when one of this height cannot begin there. */
  append(hash: Uint8Array, height = 0): void {
    const size = 2 ** height;
    if (this.#size % size !== 0)
      throw new RangeError(`no subtree of ${size} leaves begins at leaf ${this.#size}`);
    this.#size += size;
    let top = hash;
    let topHeight = height;
    while (this.#heights.at(-1) === topHeight) {
      this.#heights.pop();
      top = hashNode(this.#hashing, this.#hashes.pop() as Uint8Array, top);
      topHeight += 1;
    }
    this.#heights.push(topHeight);
    this.#hashes.push(top);
  }

  appendAll(subtrees: readonly Subtree[], hashes: readonly Uint8Array[]): void {
    for (const [index, { height }] of subtrees.entries()) this.append(hashes[index] as Uint8Array, height);
  }

  copy(): CompactRange {
    const copy = new CompactRange(this.#hashing);
    copy.#heights.push(...this.#heights);
    copy.#hashes.push(...this.#hashes);
    copy.#size = this.#size;
    return copy;
  }

  root(): Uint8Array {
    const last = this.#hashes.at(-1);
    if (last === undefined) return hashEmpty(this.#hashing);
    return this.#hashes.slice(0, -1).reduceRight((right, left) => hashNode(this.#hashing, left, right), last);
  }
}
