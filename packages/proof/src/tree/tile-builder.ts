import { HASH_BYTES, type Hashing, hashNode } from '../hashing.ts';
import { TILE_WIDTH } from './tiles.ts';

const POSITION_BYTES = 8;

/** A tile that has changed and is to be stored. */
export interface ChangedTile {
  readonly level: number;
  readonly index: number;
  /** 32 bytes each. */
  readonly hashes: Uint8Array;
  /** Level 0 only: the log positions of the leaves, 8 bytes each, big-endian. */
  readonly positions?: Uint8Array;
}

class OpenTile {
  index: number;
  count: number;
  isChanged = false;
  hashes = new Uint8Array(TILE_WIDTH * HASH_BYTES);

  constructor(index: number, hashes: Uint8Array) {
    this.index = index;
    this.count = hashes.length / HASH_BYTES;
    this.hashes.set(hashes);
  }
}

/** What a builder goes on from: the short last tile of each level, from level 0. */
export interface OpenTiles {
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
  readonly positions: Uint8Array;
}

/** Which tile of a level is open at a size, and how many hashes it has. */
export function openTileAt(size: number, level: number): { index: number; count: number } {
  const entries = Math.floor(size / TILE_WIDTH ** level);
  return { index: Math.floor(entries / TILE_WIDTH), count: entries % TILE_WIDTH };
}

/** Grows a tree's tiles leaf by leaf; keeps one open tile per level, whatever the size of the tree. */
export class TileBuilder {
  readonly #hashing: Hashing;
  readonly #open: OpenTile[] = [];
  #positions = new Uint8Array(TILE_WIDTH * POSITION_BYTES);
  #changed: ChangedTile[] = [];
  #size: number;

  constructor(hashing: Hashing, from: OpenTiles = { size: 0, hashes: [], positions: new Uint8Array() }) {
    this.#hashing = hashing;
    this.#size = from.size;
    for (const [level, hashes] of from.hashes.entries())
      this.#open.push(new OpenTile(openTileAt(from.size, level).index, hashes));
    this.#positions.set(from.positions);
  }

  get size(): number {
    return this.#size;
  }

  append(leafHash: Uint8Array, position: bigint): void {
    const at = (this.#size % TILE_WIDTH) * POSITION_BYTES;
    new DataView(this.#positions.buffer).setBigUint64(at, position);
    this.#size += 1;
    this.#add(0, leafHash);
  }

  /** The tiles that changed since the last call; the open ones as far as they are. */
  takeChanged(): readonly ChangedTile[] {
    const changed = this.#changed;
    this.#changed = [];
    for (const [level, tile] of this.#open.entries()) {
      if (!tile.isChanged) continue;
      tile.isChanged = false;
      changed.push(this.#snapshot(level, tile));
    }
    return changed;
  }

  #add(level: number, hash: Uint8Array): void {
    const tile = (this.#open[level] ??= new OpenTile(0, new Uint8Array()));
    tile.hashes.set(hash, tile.count * HASH_BYTES);
    tile.count += 1;
    tile.isChanged = true;
    if (tile.count < TILE_WIDTH) return;
    this.#changed.push(this.#snapshot(level, tile));
    const root = rootOf(this.#hashing, tile.hashes);
    tile.index += 1;
    tile.count = 0;
    tile.isChanged = false;
    this.#add(level + 1, root);
  }

  #snapshot(level: number, { index, count, hashes }: OpenTile): ChangedTile {
    const tile = { level, index, hashes: hashes.slice(0, count * HASH_BYTES) };
    return level > 0 ? tile : { ...tile, positions: this.#positions.slice(0, count * POSITION_BYTES) };
  }
}

/** The root over a power of two of hashes. */
function rootOf(hashing: Hashing, hashes: Uint8Array): Uint8Array {
  let nodes: Uint8Array[] = [];
  for (let at = 0; at < hashes.length; at += HASH_BYTES) nodes.push(hashes.subarray(at, at + HASH_BYTES));
  while (nodes.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < nodes.length; at += 2)
      above.push(hashNode(hashing, nodes[at] as Uint8Array, nodes[at + 1] as Uint8Array));
    nodes = above;
  }
  return nodes[0] as Uint8Array;
}
