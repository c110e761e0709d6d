import type { Position } from '@ampora/kernel';
import type { ClientBase, Pool } from 'pg';
import type { Comparison } from './comparison.ts';
import { selectRows } from './physical-table.ts';

export type ProjectionState = 'building' | 'caught-up' | 'serving' | 'retired' | 'failed';
export type Slot = 'live' | 'shadow';
/** What an operator may ask of a projection. */
export type ProjectionRequest =
  'rebuild' | 'pause' | 'resume' | 'cancel' | 'compare' | 'switch' | 'retire' | 'retry';

export interface ProjectionKey {
  readonly name: string;
  readonly version: number;
  readonly slot: Slot;
}

/** A projection's row in `read.projections`. */
export interface Bookmark extends ProjectionKey {
  readonly state: ProjectionState;
  readonly stateBeforeFailure: ProjectionState | null;
  readonly position: Position;
  /** Time of the last applied event, in Unix milliseconds. */
  readonly lastTimeMs: number;
  readonly eventsDone: bigint;
  readonly indexed: boolean;
  readonly tables: readonly string[];
  readonly rate: number;
  readonly positionRate: number;
  readonly error: string | null;
  readonly poisonPosition: Position | null;
  readonly poisonType: string | null;
  readonly poisonStream: string | null;
  readonly request: ProjectionRequest | null;
  readonly paused: boolean;
  /** Waits for an operator's word before it switches. */
  readonly held: boolean;
  /** Of the machine, at most, while it is built; above 0, at most 1. */
  readonly share: number;
  readonly comparison: Comparison | null;
  readonly lockOwner: string | null;
  readonly startedAtMs: number;
  readonly updatedAtMs: number;
}

const columns = `name, version, slot, state, state_before_failure as "stateBeforeFailure", position,
  coalesce(last_time, to_timestamp(0)) as "lastTimeMs", events_done as "eventsDone", indexed,
  to_jsonb(tables) as tables, rate::text, position_rate::text as "positionRate", error,
  poison_position as "poisonPosition", poison_type as "poisonType", poison_stream as "poisonStream", request,
  paused, held, share::text, comparison, lock_owner as "lockOwner", started_at as "startedAtMs", updated_at as "updatedAtMs"`;

function toBookmark(row: Readonly<Record<string, unknown>>): Bookmark {
  const { rate, positionRate, share } = row;
  return {
    ...row,
    rate: Number(rate),
    positionRate: Number(positionRate),
    share: Number(share),
  } as unknown as Bookmark;
}

export async function readBookmarks(client: Pool | ClientBase): Promise<readonly Bookmark[]> {
  const rows = await selectRows(
    client,
    `select ${columns} from read.projections order by name, version, slot`,
    [],
  );
  return rows.map(toBookmark);
}

export async function readBookmark(
  client: Pool | ClientBase,
  key: ProjectionKey,
): Promise<Bookmark | undefined> {
  const rows = await selectRows(
    client,
    `select ${columns} from read.projections where name = $1 and version = $2 and slot = $3`,
    [key.name, key.version, key.slot],
  );
  return rows[0] && toBookmark(rows[0]);
}

export async function createBookmark(
  client: Pool | ClientBase,
  key: ProjectionKey,
  tables: readonly string[],
): Promise<void> {
  await client.query(
    `insert into read.projections (name, version, slot, state, tables) values ($1, $2, $3, 'building', $4)
     on conflict (name, version, slot) do nothing`,
    [key.name, key.version, key.slot, tables],
  );
}

/** Another process moved the checkpoint: what this one holds in memory is stale. */
export class CheckpointLost extends Error {
  override readonly name = 'CheckpointLost';
}

/** Moves the checkpoint in the caller's transaction, only if it still stands where this process left it. */
export async function moveCheckpoint(
  client: ClientBase,
  key: ProjectionKey,
  move: { from: Position; to: Position; lastTimeMs: number; events: number },
): Promise<void> {
  const result = await client.query({
    text: `update read.projections set position = $5, last_time = $6, events_done = events_done + $7, updated_at = now()
     where name = $1 and version = $2 and slot = $3 and position = $4 and state not in ('retired', 'failed')`,
    values: [
      key.name,
      key.version,
      key.slot,
      String(move.from),
      String(move.to),
      new Date(move.lastTimeMs).toISOString(),
      move.events,
    ],
  });
  if (result.rowCount !== 1)
    throw new CheckpointLost(
      `Checkpoint of ${key.name} v${key.version} (${key.slot}) is no longer ${move.from}`,
    );
}

/** Moves the checkpoints of projections for which nothing happened, in one statement. */
export async function moveIdleCheckpoints(
  client: Pool,
  keys: readonly ProjectionKey[],
  to: Position,
): Promise<void> {
  await client.query(
    `update read.projections p set position = $2, updated_at = now()
     from json_to_recordset($1::json) as k(name text, version integer, slot text)
     where p.name = k.name and p.version = k.version and p.slot = k.slot and p.position < $2
       and p.state not in ('retired', 'failed')`,
    [JSON.stringify(keys.map(({ name, version, slot }) => ({ name, version, slot }))), String(to)],
  );
}

type Change = Partial<{
  state: ProjectionState;
  state_before_failure: ProjectionState | null;
  indexed: boolean;
  rate: number;
  position_rate: number;
  error: string | null;
  poison_position: string | null;
  poison_type: string | null;
  poison_stream: string | null;
  request: ProjectionRequest | null;
  paused: boolean;
  held: boolean;
  share: number;
  comparison: Comparison | null;
  lock_owner: string | null;
}>;

export async function changeBookmark(
  client: Pool | ClientBase,
  key: ProjectionKey,
  change: Change,
): Promise<void> {
  const names = Object.keys(change) as (keyof Change)[];
  const set = names.map((name, index) => `${name} = $${index + 4}`).join(', ');
  await client.query(
    `update read.projections set ${set}, updated_at = now() where name = $1 and version = $2 and slot = $3`,
    [key.name, key.version, key.slot, ...names.map((name) => stored(change[name]))],
  );
}

function stored(value: Change[keyof Change]): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

export async function deleteBookmark(client: Pool | ClientBase, key: ProjectionKey): Promise<void> {
  await client.query('delete from read.projections where name = $1 and version = $2 and slot = $3', [
    key.name,
    key.version,
    key.slot,
  ]);
}
