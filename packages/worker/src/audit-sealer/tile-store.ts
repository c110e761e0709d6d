import { type Position, START } from '@ampora/kernel';
import { type ChangedTile, openTileAt, type OpenTiles, TILE_WIDTH, type Tiles } from '@ampora/proof';
import type { Pool } from 'pg';

/** How far a tenant's tree has grown. */
export interface TreeState {
  readonly tenant: string;
  readonly size: number;
  /** Of the last leaf. */
  readonly position: Position;
  /** Of the last leaf that is not itself a sealed root; START when there is none. */
  readonly lastOtherPosition: Position;
}

export interface TileChanges extends TreeState {
  readonly tiles: readonly ChangedTile[];
}

interface TileRow {
  readonly tile: string;
  readonly hashes: Buffer;
  readonly positions: Buffer | null;
}

interface TreeRow {
  readonly tenant: string;
  readonly size: string;
  readonly position: string;
  readonly other: string;
}

const POSITION_BYTES = 8;

/** The stored tiles of all tenants. Growth is fenced: it is refused when someone else has grown the trees since. */
export class TileStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The log position up to which the trees have grown. */
  async position(): Promise<Position> {
    const { rows } = await this.#pool.query<{ position: string }>('select position from proof.progress');
    return BigInt(rows[0]?.position ?? 0);
  }

  async trees(): Promise<TreeState[]> {
    const { rows } = await this.#pool.query<TreeRow>(
      'select tenant, size, position, last_other_position as other from proof.trees order by tenant',
    );
    return rows.map(toTreeState);
  }

  async tree(tenant: string): Promise<TreeState> {
    const { rows } = await this.#pool.query<TreeRow>(
      'select tenant, size, position, last_other_position as other from proof.trees where tenant = $1',
      [tenant],
    );
    const [row] = rows;
    return row ? toTreeState(row) : { tenant, size: 0, position: START, lastOtherPosition: START };
  }

  /** What a builder needs to go on. */
  async openTiles({ tenant, size }: TreeState): Promise<OpenTiles> {
    const hashes: Uint8Array[] = [];
    let positions: Uint8Array = new Uint8Array();
    for (let level = 0; TILE_WIDTH ** level <= size; level++) {
      const { index, count } = openTileAt(size, level);
      const row = count === 0 ? undefined : await this.#tile(tenant, level, index);
      hashes.push(row ? row.hashes.subarray(0, count * 32) : new Uint8Array());
      if (level === 0 && row?.positions) positions = row.positions.subarray(0, count * POSITION_BYTES);
    }
    return { size, hashes, positions };
  }

  async #tile(tenant: string, level: number, index: number): Promise<TileRow | undefined> {
    const { rows } = await this.#pool.query<TileRow>(
      'select tile, hashes, positions from proof.tiles where tenant = $1 and level = $2 and tile = $3',
      [tenant, level, index],
    );
    return rows[0];
  }

  /** Stores what was grown from one position of the log to another; false when the trees do not stand at the first. */
  async grow(from: Position, to: Position, changes: readonly TileChanges[]): Promise<boolean> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      const moved = await client.query('update proof.progress set position = $2 where position = $1', [
        String(from),
        String(to),
      ]);
      if (moved.rowCount !== 1) {
        await client.query('rollback');
        return false;
      }
      for (const { tenant, size, position, lastOtherPosition, tiles } of changes) {
        await client.query(
          `insert into proof.trees (tenant, size, position, last_other_position) values ($1, $2, $3, $4)
           on conflict (tenant) do update set size = excluded.size, position = excluded.position,
             last_other_position = excluded.last_other_position`,
          [tenant, size, String(position), String(lastOtherPosition)],
        );
        await client.query(
          `insert into proof.tiles (tenant, level, tile, first_position, hashes, positions)
           select $1, * from unnest($2::int[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[])
           on conflict (tenant, level, tile) do update set hashes = excluded.hashes, positions = excluded.positions,
             first_position = excluded.first_position`,
          [
            tenant,
            tiles.map(({ level }) => level),
            tiles.map(({ index }) => index),
            tiles.map(({ positions }) => (positions ? String(positionAt(positions, 0)) : null)),
            tiles.map(({ hashes }) => Buffer.from(hashes.buffer, hashes.byteOffset, hashes.length)),
            tiles.map(({ positions }) => (positions ? Buffer.from(positions) : null)),
          ],
        );
      }
      await client.query('commit');
      return true;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  /** Forgets every tree; the next growth begins at the start of the log. */
  async drop(): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      // First, so that whoever grows the trees at this moment is done before, or refused after.
      await client.query('update proof.progress set position = 0');
      await client.query('delete from proof.trees');
      await client.query('truncate proof.tiles');
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  tilesOf(tenant: string): Tiles {
    return {
      read: async (level, first, count) => {
        const { rows } = await this.#pool.query<TileRow>({
          name: 'proof-tiles',
          text: `select tile, hashes from proof.tiles
                 where tenant = $1 and level = $2 and tile >= $3 and tile < $3::bigint + $4 order by tile`,
          values: [tenant, level, first, count],
        });
        return rows.map(({ hashes }) => hashes);
      },
    };
  }

  /** The leaf that the event at a position is, when it is a leaf of the tenant's tree. */
  async leafAt(tenant: string, position: Position): Promise<number | undefined> {
    const row = await this.#tileAround(tenant, position);
    if (row === undefined) return undefined;
    const place = lastNotAfter(row.positions, position);
    if (place < 0 || positionAt(row.positions, place) !== position) return undefined;
    return row.tile * TILE_WIDTH + place;
  }

  /** How many leaves stand at or before a position. */
  async leavesUpTo(tenant: string, position: Position): Promise<number> {
    const row = await this.#tileAround(tenant, position);
    return row === undefined ? 0 : row.tile * TILE_WIDTH + lastNotAfter(row.positions, position) + 1;
  }

  /** The log positions of the leaves [from, to). */
  async positions(tenant: string, from: number, to: number): Promise<Position[]> {
    const first = Math.floor(from / TILE_WIDTH);
    const { rows } = await this.#pool.query<TileRow>(
      `select tile, positions, ''::bytea as hashes from proof.tiles
       where tenant = $1 and level = 0 and tile >= $2 and tile <= $3 order by tile`,
      [tenant, first, Math.floor((to - 1) / TILE_WIDTH)],
    );
    const positions: Position[] = [];
    for (let leaf = from; leaf < to; leaf++) {
      const held = rows[Math.floor(leaf / TILE_WIDTH) - first]?.positions;
      const place = leaf % TILE_WIDTH;
      if (held && held.length > place * POSITION_BYTES) positions.push(positionAt(held, place));
    }
    return positions;
  }

  async #tileAround(
    tenant: string,
    position: Position,
  ): Promise<{ readonly tile: number; readonly positions: Uint8Array } | undefined> {
    const { rows } = await this.#pool.query<TileRow>(
      `select tile, positions from proof.tiles
       where tenant = $1 and level = 0 and first_position <= $2 order by first_position desc limit 1`,
      [tenant, String(position)],
    );
    const [row] = rows;
    return row?.positions ? { tile: Number(row.tile), positions: row.positions } : undefined;
  }
}

function toTreeState({ tenant, size, position, other }: TreeRow): TreeState {
  return { tenant, size: Number(size), position: BigInt(position), lastOtherPosition: BigInt(other) };
}

function positionAt(positions: Uint8Array, place: number): bigint {
  return new DataView(positions.buffer, positions.byteOffset).getBigUint64(place * POSITION_BYTES);
}

function lastNotAfter(positions: Uint8Array, position: bigint): number {
  let low = 0;
  let high = positions.length / POSITION_BYTES;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (positionAt(positions, middle) <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
