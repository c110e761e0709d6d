import { START, type Position } from '@ampora/kernel';
import type { Pool, PoolClient } from 'pg';
import {
  type Bookmark,
  CheckpointLost,
  createBookmark,
  moveCheckpoint,
  type ProjectionKey,
  readBookmark,
  type Slot,
} from './bookkeeping.ts';
import { isDataError } from './database-errors.ts';
import type { DecodedEvent } from './decoded-event.ts';
import { createIndexSql, type PhysicalTables, physicalTablesOf } from './physical-table.ts';
import {
  handledTypes,
  type Projection,
  readSchema,
  type Rows,
  shadowSchema,
  type Stamped,
} from './projection.ts';
import { type ContentLookup, UnitOfWork } from './unit-of-work.ts';
import { inTransaction } from './with-client.ts';

/** An event that a projection cannot take. Everything before it is applied and committed. */
export class PoisonEvent extends Error {
  override readonly name = 'PoisonEvent';
  readonly position: Position;
  readonly type: string;
  readonly streamId: string;

  constructor(event: Pick<DecodedEvent, 'position' | 'type' | 'streamId'>, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.position = event.position;
    this.type = event.type;
    this.streamId = event.streamId;
  }
}

export interface WriterOptions {
  readonly pool: Pool;
  readonly projection: Projection;
  readonly slot: Slot;
  readonly contents: ContentLookup;
  /** Rows per table kept in memory between batches. */
  readonly cacheLimit: number;
}

type Step = (event: never, rows: Rows) => void;

const spreadPageSize = 2_000;

/**
 * Applies events to one projection's tables. Each call commits its rows together with the checkpoint; events at or
 * before the checkpoint are passed over, so that a batch may come twice. Calls must not overlap: see `exclusively`.
 */
export class ProjectionWriter {
  readonly projection: Projection;
  readonly key: ProjectionKey;
  readonly tables: readonly PhysicalTables[];
  readonly handles: ReadonlySet<string>;
  position: Position = START;
  eventsDone = 0;
  readonly #pool: Pool;
  readonly #work: UnitOfWork;
  #lastTimeMs = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: WriterOptions) {
    const { projection, slot } = options;
    this.projection = projection;
    this.key = { name: projection.name, version: projection.version, slot };
    this.tables = physicalTablesOf(projection, slot === 'live' ? readSchema : shadowSchema);
    this.handles = new Set(handledTypes(projection));
    this.#pool = options.pool;
    this.#work = new UnitOfWork(this.tables, options.contents, options.cacheLimit);
  }

  get label(): string {
    const { name, version, slot } = this.key;
    return `${name} v${version}${slot === 'shadow' ? ' (rebuild)' : ''}`;
  }

  /** Runs `task` when no other one runs on this projection. */
  exclusively<Result>(task: () => Promise<Result>): Promise<Result> {
    const run = this.#turn.then(task, task);
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** Makes tables and bookmark unless they are there, and takes up where the bookmark stands. */
  async open(): Promise<Bookmark> {
    const physical = this.#physical();
    await createBookmark(
      this.#pool,
      this.key,
      physical.map(({ name }) => name),
    );
    const bookmark = await readBookmark(this.#pool, this.key);
    if (!bookmark) throw new CheckpointLost(`${this.label} has no bookmark`);
    if (bookmark.state !== 'retired') {
      for (const table of physical) await this.#pool.query(table.sql.create);
    }
    this.position = bookmark.position;
    this.#lastTimeMs = bookmark.lastTimeMs;
    if (bookmark.position === START) this.#work.startEmpty();
    else this.#work.forget();
    return bookmark;
  }

  #physical() {
    return this.tables.flatMap(({ main, history }) => (history ? [main, history] : [main]));
  }

  /** Indexes come last in a build: filling an indexed table costs several times as much. */
  async createIndexes(): Promise<void> {
    for (const table of this.#physical()) {
      for (const index of table.indexes) {
        if (index.extension && !(await this.#hasExtension(index.extension))) continue;
        await this.#pool.query(createIndexSql(table, index));
      }
      await this.#pool.query(`analyze ${table.qualified}`);
    }
  }

  /** Queries still work without it, slower. */
  async #hasExtension(name: string): Promise<boolean> {
    const made = await this.#pool.query(`create extension if not exists ${name}`).then(
      () => true,
      () => false,
    );
    if (made) return true;
    const there = await this.#pool.query('select 1 from pg_extension where extname = $1', [name]);
    return there.rowCount === 1;
  }

  async dropTables(client: Pool | PoolClient = this.#pool): Promise<void> {
    for (const { qualified } of this.#physical()) await client.query(`drop table if exists ${qualified}`);
  }

  /** True when something of this batch was for this projection; the checkpoint is then at `upTo`. */
  async apply(events: readonly DecodedEvent[], upTo: Position): Promise<boolean> {
    const mine = events.filter(({ position, type }) => position > this.position && this.handles.has(type));
    if (mine.length === 0) return false;
    const { spread = {} } = this.projection;
    let run: DecodedEvent[] = [];
    const flushRun = async (to: Position) => {
      if (run.length > 0) await this.#applyRun(run, to);
      run = [];
    };
    for (const event of mine) {
      if (!(event.type in spread)) {
        run.push(event);
        continue;
      }
      await flushRun(run.at(-1)?.position ?? this.position);
      await this.#applySpread(event);
    }
    await flushRun(upTo);
    if (this.position < upTo) await this.#commit([], upTo, this.#lastTimeMs);
    return true;
  }

  /** The caller has moved the checkpoint of an idle projection. */
  skipTo(position: Position): void {
    if (position > this.position) this.position = position;
  }

  async #applyRun(run: readonly DecodedEvent[], to: Position): Promise<void> {
    const [first] = run;
    if (!first) return;
    try {
      const folded = await this.#fold(run);
      if ('poison' in folded) {
        this.#work.discard();
        const before = run.slice(0, folded.index);
        await this.#applyRun(before, before.at(-1)?.position ?? this.position);
        throw folded.poison;
      }
      await this.#commit(run, to, folded.lastTimeMs);
    } catch (error) {
      this.#work.forget();
      if (!isDataError(error)) throw error;
      if (run.length === 1) throw new PoisonEvent(first, error);
      // One of many rows was refused: halving finds the event, and everything before it is kept.
      const half = run.slice(0, run.length >> 1);
      await this.#applyRun(half, half.at(-1)?.position ?? this.position);
      await this.#applyRun(run.slice(half.length), to);
    }
  }

  #stamp(decoded: DecodedEvent, lastTimeMs: number): Stamped {
    if (!decoded.event) throw decoded.fault;
    return { ...decoded.event, atMs: Math.max(lastTimeMs, decoded.recordedAtMs) };
  }

  /** Applies in memory; again from the start whenever a step asked for a body that had to be fetched first. */
  async #fold(
    run: readonly DecodedEvent[],
  ): Promise<{ lastTimeMs: number } | { poison: PoisonEvent; index: number }> {
    const stamped: Stamped[] = [];
    let lastTimeMs = this.#lastTimeMs;
    let fault: { poison: PoisonEvent; index: number } | undefined;
    for (const [index, decoded] of run.entries()) {
      try {
        const event = this.#stamp(decoded, lastTimeMs);
        stamped.push(event);
        lastTimeMs = event.atMs;
      } catch (cause) {
        fault = { poison: new PoisonEvent(decoded, cause), index };
        break;
      }
    }
    if (fault) return fault;
    await this.#work.prefetch(
      this.#pool,
      stamped.flatMap((event) => [...this.projection.keysOf(event)]),
    );
    for (let round = 0; round < 50; round++) {
      for (const [index, event] of stamped.entries()) {
        try {
          this.#step(event);
        } catch (cause) {
          return { poison: new PoisonEvent(event, cause), index };
        }
      }
      if (this.#work.missingContents.size === 0) return { lastTimeMs };
      await this.#work.loadMissingContents();
      this.#work.discard();
    }
    throw new Error(`${this.label} asks for new bodies again and again`);
  }

  #step(event: Stamped): void {
    const step = this.projection.on[event.type] as Step | undefined;
    step?.(event as never, this.#work.rowsFor(event));
  }

  /** An event for all rows with a value in a column: page by page in one transaction, so that memory stays bounded. */
  async #applySpread(decoded: DecodedEvent): Promise<void> {
    let event: Stamped;
    try {
      event = this.#stamp(decoded, this.#lastTimeMs);
    } catch (cause) {
      throw new PoisonEvent(decoded, cause);
    }
    const spread = this.projection.spread?.[event.type];
    if (!spread) return;
    const value = (spread.valueOf as (event: never) => string)(event as never);
    const applyTo = spread.applyTo as (event: never, row: unknown, rows: Rows) => void;
    try {
      await inTransaction(this.#pool, async (client) => {
        await this.#work.prefetch(client, this.projection.keysOf(event));
        this.#step(event);
        await this.#work.write(client);
        this.#work.keep();
        const pages = this.#work.pagesOf(
          client,
          spread.table,
          { column: spread.column, value },
          spreadPageSize,
        );
        for await (const page of pages) {
          const rows = this.#work.rowsFor(event);
          for (let round = 0; round < 50; round++) {
            for (const row of page) applyTo(event as never, row, rows);
            if (this.#work.missingContents.size === 0) break;
            await this.#work.loadMissingContents();
            this.#work.discard();
          }
          await this.#work.write(client);
          this.#work.keep();
        }
        await this.#checkpoint(client, 1, decoded.position, event.atMs);
      });
    } catch (error) {
      this.#work.forget();
      if (error instanceof CheckpointLost || !(isDataError(error) || !isDatabaseFault(error))) throw error;
      throw new PoisonEvent(decoded, error);
    }
    this.#done(1, decoded.position, event.atMs);
  }

  async #commit(run: readonly DecodedEvent[], to: Position, lastTimeMs: number): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      await this.#work.write(client);
      await this.#checkpoint(client, run.length, to, lastTimeMs);
    });
    this.#work.keep();
    this.#done(run.length, to, lastTimeMs);
  }

  #checkpoint(client: PoolClient, events: number, to: Position, lastTimeMs: number): Promise<void> {
    return moveCheckpoint(client, this.key, { from: this.position, to, lastTimeMs, events });
  }

  #done(events: number, to: Position, lastTimeMs: number): void {
    this.position = to;
    this.#lastTimeMs = lastTimeMs;
    this.eventsDone += events;
  }
}

/** The stores or the way to them, in contrast to a throw in a projection's own step. */
function isDatabaseFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'EventLogUnavailable' ||
    'code' in error ||
    /connection|timeout|terminated/i.test(error.message)
  );
}
