import type { AmporaEventType, TypedEvent } from '@ampora/catalogue';

/** `json` where a value is only ever read whole: PostgreSQL takes it in at half the cost of `jsonb`. */
export type ColumnType =
  'text' | 'uuid' | 'bigint' | 'integer' | 'smallint' | 'boolean' | 'timestamptz' | 'jsonb' | 'json';

export interface Column {
  readonly type: ColumnType;
  readonly nullable?: boolean;
  /** Temporal tables only: what the fold remembers; it opens no interval and has no place in the history. */
  readonly currentOnly?: boolean;
}

export interface Index {
  readonly name: string;
  readonly using?: 'btree' | 'gin' | 'gist' | 'spgist' | 'brin';
  /** What stands between the parentheses. */
  readonly on: string;
  readonly where?: string;
  /** There while the table is filled, for steps that look rows up by it; the others come when a build ends. */
  readonly fromTheStart?: boolean;
  /** Left out, with a warning, where the server does not have this extension. */
  readonly extension?: string;
}

/**
 * A table of a projection.
 * - `keyed`: one row per key, the last write wins.
 * - `append`: rows are only ever added.
 * - `temporal`: keyed, and the engine keeps every past state: it adds `from_position` and `from_at` to the row, and
 *   moves a state that ends into `<name>_history` with the half-open interval `[from_position, to_position)`.
 */
export interface TableDefinition {
  readonly name: string;
  readonly kind: 'keyed' | 'append' | 'temporal';
  readonly columns: Readonly<Record<string, ColumnType | Column>>;
  readonly primaryKey: readonly string[];
  readonly indexes?: readonly Index[];
  readonly historyIndexes?: readonly Index[];
}

/** In memory: bigint columns are bigint, timestamptz is Unix milliseconds, jsonb is plain JSON, the rest as named. */
export type Row = Readonly<Record<string, unknown>>;

export interface RowKey {
  readonly table: string;
  /** Values of the primary key, in its order. */
  readonly key: readonly (string | number | bigint)[];
}

/** An event as projections see it: in today's shape, with a time that never goes back. */
export type Stamped<Event extends TypedEvent = TypedEvent> = Event & { readonly atMs: number };
export type EventNamed<Type extends AmporaEventType> = Stamped<Extract<TypedEvent, { readonly type: Type }>>;

/** What an apply step may do: read the rows it asked for, change rows in memory, look a body up by its hash. */
export interface Rows {
  /** Throws when the key was not named by `keysOf`: that is a fault of the projection. */
  get(table: string, ...key: (string | number | bigint)[]): Row | undefined;
  put(table: string, row: Row): void;
  remove(table: string, ...key: (string | number | bigint)[]): void;
  append(table: string, row: Row): void;
  /** A body from the log. `undefined`: not stored, or being fetched, and then this step runs again from the start. */
  content(contentHash: string): string | undefined;
}

export type Handlers = {
  readonly [Type in AmporaEventType]?: (event: EventNamed<Type>, rows: Rows) => void;
};

/** Steps for an event that touches every row with a certain value in one column, such as all agents of a tenant. */
export type SpreadHandlers = {
  readonly [Type in AmporaEventType]?: {
    readonly table: string;
    readonly column: string;
    readonly valueOf: (event: EventNamed<Type>) => string;
    /** Runs once per row, after the handler of the event itself. */
    readonly applyTo: (event: EventNamed<Type>, row: Row, rows: Rows) => void;
  };
};

/**
 * Rows of an append table that leave it by age: those whose `column` is below the bound that stands in the row of
 * `below.table` (keyed, with one row per value of `below.per`, a column of both tables). They go to `to`, an append
 * table of the same columns, or for good. It holds whenever a commit changed a bound, and from the end of a build on.
 * The bound must never fall, nor pass a row that is still to be added: then a build, which moves all rows once at its
 * end, gives the same rows as moving them bound by bound.
 */
export interface Ageing {
  readonly from: string;
  readonly to?: string;
  readonly column: string;
  readonly below: { readonly table: string; readonly column: string; readonly per: string };
}

/**
 * A read model as data. Its steps are pure and synchronous: no clock, no I/O, no push, no command; so a rebuild
 * gives the same rows and can never re-send anything. It never refuses a fact: clamp, default or skip.
 */
export interface Projection {
  readonly name: string;
  /** Bump it when tables or handled events change; tables are named by it. */
  readonly version: number;
  readonly tables: readonly TableDefinition[];
  readonly on: Handlers;
  readonly spread?: SpreadHandlers;
  /** Applied in this order. */
  readonly ageing?: readonly Ageing[];
  /** The rows that the step of this event reads. */
  readonly keysOf: (event: Stamped) => readonly RowKey[];
}

export function handledTypes(projection: Projection): readonly AmporaEventType[] {
  const types = new Set([...Object.keys(projection.on), ...Object.keys(projection.spread ?? {})]);
  return [...types].toSorted() as AmporaEventType[];
}

export const readSchema = 'read';
/** Where a rebuild of a serving version grows until it takes the place of the old tables. */
export const shadowSchema = 'read_shadow';

/** The name of a projection's table in the database, without its schema. */
export function tableNameOf(table: string, version: number): string {
  return `${table}_v${version}`;
}

export function historyNameOf(table: string, version: number): string {
  return `${table}_history_v${version}`;
}
