import { HASH_BYTES, type Hashing, hashNode } from '../hashing.ts';
import { CompactRange } from './compact-range.ts';
import { splitOf, type Subtree, subtreesOf } from './subtrees.ts';
import { TILE_WIDTH, type Tiles } from './tiles.ts';

/** Bits of height that one level of tiles spans. */
const LEVEL_HEIGHT = Math.log2(TILE_WIDTH);
const CACHED_TILES = 128;

/** What can be asked of a tree of any size up to what its tiles hold. Hashes come as 32 bytes. */
export interface Tree {
  root(size: number): Promise<Uint8Array>;
  leaves(from: number, to: number): Promise<Uint8Array[]>;
  /** The roots of `subtreesOf(from, to)`. */
  cover(from: number, to: number): Promise<Uint8Array[]>;
  /** RFC 9162 §2.1.3: proves that a leaf is in the tree of a size. */
  inclusionProof(leaf: number, size: number): Promise<Uint8Array[]>;
  /** RFC 9162 §2.1.4: proves that the tree of size `from` is the beginning of that of size `to`. */
  consistencyProof(from: number, to: number): Promise<Uint8Array[]>;
}

/** A tree read from its tiles; keeps the last ones, with what was computed inside them. */
export function createTree(tiles: Tiles, hashing: Hashing): Tree {
  const cache = new Map<string, FoldedTile>();

  async function tileOf(level: number, index: number, leastHashes: number): Promise<FoldedTile> {
    const key = `${level}/${index}`;
    const known = cache.get(key);
    if (known !== undefined && known.count >= leastHashes) {
      cache.delete(key);
      cache.set(key, known);
      return known;
    }
    const [hashes] = await tiles.read(level, index, 1);
    return keep(key, checked(hashes, level, index, leastHashes));
  }

  function checked(hashes: Uint8Array | undefined, level: number, index: number, least: number): FoldedTile {
    const tile = new FoldedTile(hashing, hashes ?? new Uint8Array());
    if (tile.count < least)
      throw new MissingHashes(`tile ${level}/${index} has ${tile.count} hashes; ${least} are needed`);
    return tile;
  }

  function keep(key: string, tile: FoldedTile): FoldedTile {
    cache.set(key, tile);
    for (const oldest of cache.keys()) {
      if (cache.size <= CACHED_TILES) break;
      cache.delete(oldest);
    }
    return tile;
  }

  async function subtree({ height, index }: Subtree): Promise<Uint8Array> {
    const level = Math.floor(height / LEVEL_HEIGHT);
    const inner = height % LEVEL_HEIGHT;
    const first = index * 2 ** inner;
    const tile = await tileOf(level, Math.floor(first / TILE_WIDTH), (first % TILE_WIDTH) + 2 ** inner);
    return tile.node(inner, (first % TILE_WIDTH) / 2 ** inner);
  }

  async function cover(from: number, to: number): Promise<Uint8Array[]> {
    const hashes: Uint8Array[] = [];
    for (const each of subtreesOf(from, to)) hashes.push(await subtree(each));
    return hashes;
  }

  /** The hash over the leaves [from, to), where `from` is a multiple of a power of two that is not smaller than the run. */
  async function hashOf([from, to]: Run): Promise<Uint8Array> {
    const hashes = await cover(from, to);
    return hashes.reduceRight((right, left) => hashNode(hashing, left, right));
  }

  async function hashesOf(runs: readonly Run[]): Promise<Uint8Array[]> {
    const hashes: Uint8Array[] = [];
    for (const run of runs) hashes.push(await hashOf(run));
    return hashes;
  }

  return {
    cover,
    async root(size) {
      const range = new CompactRange(hashing);
      range.appendAll(subtreesOf(0, size), await cover(0, size));
      return range.root();
    },
    async leaves(from, to) {
      if (to <= from) return [];
      const first = Math.floor(from / TILE_WIDTH);
      const count = Math.floor((to - 1) / TILE_WIDTH) - first + 1;
      // Long runs are read past the cache: they would only empty it.
      const read =
        count === 1
          ? [(await tileOf(0, first, to - first * TILE_WIDTH)).hashes]
          : await tiles.read(0, first, count);
      const leaves: Uint8Array[] = [];
      for (let leaf = from; leaf < to; leaf++) {
        const hashes = read[Math.floor(leaf / TILE_WIDTH) - first];
        const at = (leaf % TILE_WIDTH) * HASH_BYTES;
        if (hashes === undefined || hashes.length < at + HASH_BYTES)
          throw new MissingHashes(`no hash is stored for leaf ${leaf}`);
        leaves.push(hashes.subarray(at, at + HASH_BYTES));
      }
      return leaves;
    },
    async inclusionProof(leaf, size) {
      if (leaf < 0 || leaf >= size) throw new RangeError(`no leaf ${leaf} in a tree of ${size}`);
      return hashesOf(inclusionRuns(leaf, size));
    },
    async consistencyProof(from, to) {
      if (from < 0 || from > to)
        throw new RangeError(`a tree of ${from} is not the beginning of one of ${to}`);
      return hashesOf(consistencyRuns(from, to));
    },
  };
}

/** The tiles do not hold what was asked for: they are being built anew, or the tree is not that large. */
export class MissingHashes extends Error {
  override readonly name = 'MissingHashes';
}

type Run = readonly [from: number, to: number];

function inclusionRuns(leaf: number, size: number): Run[] {
  const runs: Run[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    const isLeft = leaf < middle;
    runs.push(isLeft ? [middle, to] : [from, middle]);
    if (isLeft) to = middle;
    else from = middle;
  }
  return runs.reverse();
}

function consistencyRuns(size: number, newSize: number): Run[] {
  if (size === 0 || size === newSize) return [];
  const runs: Run[] = [];
  let from = 0;
  let to = newSize;
  while (to > size) {
    const middle = from + splitOf(to - from);
    const isLeft = size <= middle;
    runs.push(isLeft ? [middle, to] : [from, middle]);
    if (isLeft) to = middle;
    else from = middle;
  }
  // The old tree itself, unless it is the whole left side: then its reader has that hash.
  if (from > 0) runs.push([from, to]);
  return runs.reverse();
}

/** A tile and the nodes inside it, computed when first asked for. */
class FoldedTile {
  readonly hashes: Uint8Array;
  readonly count: number;
  readonly #hashing: Hashing;
  readonly #nodes = new Map<number, Uint8Array>();

  constructor(hashing: Hashing, hashes: Uint8Array) {
    this.#hashing = hashing;
    this.hashes = hashes;
    this.count = hashes.length / HASH_BYTES;
  }

  node(height: number, index: number): Uint8Array {
    if (height === 0) return this.hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
    const key = height * TILE_WIDTH + index;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const below = height - 1;
    const node = hashNode(this.#hashing, this.node(below, 2 * index), this.node(below, 2 * index + 1));
    this.#nodes.set(key, node);
    return node;
  }
}
