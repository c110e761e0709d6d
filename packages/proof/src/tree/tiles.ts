/** Hashes in a tile. */
export const TILE_WIDTH = 256;

/**
 * A tree's hashes as they are stored. A tile of level 0 holds 256 leaf hashes; one of level n the roots of 256 tiles of
 * level n-1. Tile `index` of a level begins with its hash number `index * 256`; only the last one of a level may be short.
 * A hash, once there, never changes.
 */
export interface Tiles {
  /** The tiles `first` … `first + count - 1` of a level, each as its hashes one after the other (32 bytes each). */
  read(level: number, first: number, count: number): Promise<readonly Uint8Array[]>;
}
