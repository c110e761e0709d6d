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
import { moveAgedRows } from './move-aged-rows.ts';
import {
  analyzeSql,
  createIndexSql,
  type PhysicalTable,
  type PhysicalTables,
  physicalTablesOf,
} from './physical-table.ts';
import {
  handledTypes,
  type Index,
  type Projection,
  readSchema,
  type Rows,
  shadowSchema,
  type Stamped,
} from './projection.ts';
import { type Addition, addRows, type ContentLookup, UnitOfWork } from './unit-of-work.ts';
import { inTransaction, withClient } from './with-client.ts';

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

/** A build met an event or rows that it cannot take; which one, only a slower way can tell. */
export class LoadFailed extends Error {
  override readonly name = 'LoadFailed';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
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
 * A build commits after so many events or so much time, whichever comes first: more spare rows from being written
 * again and again, fewer lose less in a crash and show progress sooner.
 */
const loadEvents = 250_000;
const loadMs = 5_000;

/** Text of rows that is sent at once while building, in UTF-16 units: small statements cost more than what they carry. */
const sentLength = 1_000_000;

/** Of the server's memory, for each index that a build makes. */
const indexMemory = '128MB';
/** Tables indexed at once: more would take the machine from those who read. */
const indexersAtOnce = 2;
/** Values of a column that are counted for the planner: a large sample of wide rows costs as much as their index. */
const statisticsTarget = 20;

/**
 * Read models can be made again from the log, and their checkpoint goes with their rows: a commit that a crash of the
 * server takes back takes both back.
 */
const beginLightly = 'begin; set local synchronous_commit = off';

/** What a build has folded since its last commit: rows added are in an open transaction, changed ones in memory. */
interface Load {
  readonly startedMs: number;
  events: number;
  to: Position;
  lastTimeMs: number;
  /** Rows that wait until there are enough of them to be worth a statement. */
  gathered: Addition[];
  gatheredLength: number;
  /** Rows on their way to the server. */
  sending: Promise<void>;
  readonly client: PoolClient;
  /** Ends the transaction and gives the connection back. */
  readonly end: (how: 'commit' | 'rollback') => Promise<void>;
}

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
  readonly #cacheLimit: number;
  #lastTimeMs = 0;
  /** Rows that age stay where they are until a build ends: then all are moved at once. */
  #movesAgedRows = false;
  #turn: Promise<unknown> = Promise.resolve();
  #load: Load | undefined;

  constructor(options: WriterOptions) {
    const { projection, slot } = options;
    this.projection = projection;
    this.key = { name: projection.name, version: projection.version, slot };
    this.tables = physicalTablesOf(projection, slot === 'live' ? readSchema : shadowSchema);
    this.handles = new Set(handledTypes(projection));
    this.#pool = options.pool;
    this.#cacheLimit = options.cacheLimit;
    this.#work = new UnitOfWork(this.tables, options.contents, options.cacheLimit);
  }

  get label(): string {
    const { name, version, slot } = this.key;
    return `${name} v${version}${slot === 'shadow' ? ' (rebuild)' : ''}`;
  }

  /** How far it has come, counting what a build has folded and not committed yet. */
  get foldedPosition(): Position {
    return this.#load?.to ?? this.position;
  }

  get foldedEvents(): number {
    return this.eventsDone + (this.#load?.events ?? 0);
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
      for (const table of physical) {
        await this.#pool.query(table.sql.create);
        for (const index of table.indexes)
          if (index.fromTheStart) await this.#pool.query(createIndexSql(table, index));
      }
    }
    this.position = bookmark.position;
    this.#lastTimeMs = bookmark.lastTimeMs;
    this.#movesAgedRows = bookmark.indexed;
    if (bookmark.position === START) this.#work.startEmpty();
    else this.#work.forget();
    return bookmark;
  }

  #physical() {
    return this.tables.flatMap(({ main, history }) => (history ? [main, history] : [main]));
  }

  /** Indexes come last in a build: filling an indexed table costs several times as much. */
  async createIndexes(rest?: (workedMs: number) => Promise<void>): Promise<void> {
    await moveAgedRows(this.#pool, this.projection.ageing ?? [], this.tables);
    this.#movesAgedRows = true;
    const left = [...this.#physical()];
    const indexNext = async (): Promise<void> => {
      for (let table = left.shift(); table; table = left.shift()) {
        const startedMs = performance.now();
        await this.#indexTable(table);
        await rest?.(performance.now() - startedMs);
      }
    };
    await Promise.all(Array.from({ length: rest ? 1 : indexersAtOnce }, indexNext));
  }

  async #indexTable(table: PhysicalTable): Promise<void> {
    const wanted: Index[] = [];
    for (const index of table.indexes)
      if (!index.extension || (await this.#hasExtension(index.extension))) wanted.push(index);
    await withClient(this.#pool, async (client) => {
      await client.query(`set maintenance_work_mem = '${indexMemory}'`);
      await client.query(`set default_statistics_target = ${statisticsTarget}`);
      try {
        const { addPrimaryKey } = table.sql;
        const keyed = await client.query(
          `select 1 from pg_constraint where conrelid = '${table.qualified}'::regclass and contype = 'p'`,
        );
        if (addPrimaryKey && keyed.rowCount === 0) await client.query(addPrimaryKey);
        for (const index of wanted) await client.query(createIndexSql(table, index));
        await client.query(analyzeSql(table));
      } finally {
        await client.query('reset maintenance_work_mem');
        await client.query('reset default_statistics_target');
      }
    });
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
    await this.commitLoad();
    const mine = this.#mine(events, this.position);
    if (mine.length === 0) return false;
    await this.#inRuns(mine, upTo, (run, to) => this.#applyRun(run, to));
    if (this.position < upTo) await this.#commit([], upTo, this.#lastTimeMs);
    return true;
  }

  /**
   * `apply` for a build: what it folds is committed by and by, at the latest by `commitLoad`. Rejects with LoadFailed
   * when an event or its rows are at fault: nothing after the checkpoint was kept then, and `apply` finds the event.
   */
  async load(events: readonly DecodedEvent[], upTo: Position): Promise<boolean> {
    const mine = this.#mine(events, this.#load?.to ?? this.position);
    if (mine.length === 0) {
      if (this.#load && this.#load.to < upTo) this.#load.to = upTo;
      return this.#load !== undefined;
    }
    await this.#inRuns(mine, upTo, (run, to) => this.#loadRun(run, to));
    return true;
  }

  #mine(events: readonly DecodedEvent[], after: Position): readonly DecodedEvent[] {
    return events.filter(({ position, type }) => position > after && this.handles.has(type));
  }

  /** Events that touch many rows stand alone. */
  async #inRuns(
    events: readonly DecodedEvent[],
    upTo: Position,
    apply: (run: readonly DecodedEvent[], to: Position) => Promise<void>,
  ): Promise<void> {
    const { spread = {} } = this.projection;
    let run: DecodedEvent[] = [];
    for (const event of events) {
      if (!(event.type in spread)) {
        run.push(event);
        continue;
      }
      const before = run.at(-1)?.position;
      if (before !== undefined) await apply(run, before);
      run = [];
      await this.commitLoad();
      await this.#applySpread(event);
    }
    if (run.length > 0) await apply(run, upTo);
  }

  async #loadRun(run: readonly DecodedEvent[], to: Position): Promise<void> {
    try {
      const load = (this.#load ??= await this.#beginLoad());
      const folded = await this.#fold(run, load.lastTimeMs, load.client);
      if ('poison' in folded) throw folded.poison;
      for (const addition of this.#work.settle()) {
        load.gathered.push(addition);
        load.gatheredLength += addition.text.length;
      }
      if (load.gatheredLength >= sentLength) await this.#send(load);
      load.events += run.length;
      load.to = to;
      load.lastTimeMs = folded.lastTimeMs;
      const isFull = this.#work.unwritten >= this.#cacheLimit || load.events >= loadEvents;
      if (isFull || performance.now() - load.startedMs >= loadMs) await this.commitLoad();
    } catch (error) {
      await this.abandonLoad();
      if (error instanceof PoisonEvent || isDataError(error)) throw new LoadFailed(error);
      throw error;
    }
  }

  /** The server takes in what was gathered while the next pages are folded. */
  async #send(load: Load): Promise<void> {
    await load.sending;
    load.sending = addRows(load.client, load.gathered);
    load.sending.catch(() => undefined);
    load.gathered = [];
    load.gatheredLength = 0;
  }

  async #beginLoad(): Promise<Load> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    const end = async (how: 'commit' | 'rollback') => {
      try {
        await client.query(how);
      } catch (error) {
        broken ??= error as Error;
        if (how === 'commit') throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    };
    try {
      await client.query(beginLightly);
    } catch (error) {
      await end('rollback');
      throw error;
    }
    return {
      client,
      end,
      startedMs: performance.now(),
      events: 0,
      to: this.position,
      lastTimeMs: this.#lastTimeMs,
      gathered: [],
      gatheredLength: 0,
      sending: Promise.resolve(),
    };
  }

  /** Commits what a build has folded so far. */
  async commitLoad(): Promise<void> {
    const load = this.#load;
    if (!load) return;
    try {
      await this.#send(load);
      await load.sending;
      await this.#writeChanges(load.client);
      await this.#checkpoint(load.client, load.events, load.to, load.lastTimeMs);
      this.#load = undefined;
      await load.end('commit');
    } catch (error) {
      await this.abandonLoad();
      if (isDataError(error)) throw new LoadFailed(error);
      throw error;
    }
    this.#work.keep();
    this.#done(load.events, load.to, load.lastTimeMs);
  }

  /** Forgets what a build has folded since its last commit. */
  async abandonLoad(): Promise<void> {
    const load = this.#load;
    this.#load = undefined;
    this.#work.forget();
    if (!load) return;
    await load.sending.catch(() => undefined);
    await load.end('rollback');
  }

  /** The caller has moved the checkpoint of an idle projection. */
  skipTo(position: Position): void {
    if (position > this.position) this.position = position;
  }

  async #applyRun(run: readonly DecodedEvent[], to: Position): Promise<void> {
    const [first] = run;
    if (!first) return;
    try {
      const folded = await this.#fold(run, this.#lastTimeMs, this.#pool);
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
      await this.#checkHolding();
      if (run.length === 1) throw new PoisonEvent(first, error);
      // One of many rows was refused: halving finds the event, and everything before it is kept.
      const half = run.slice(0, run.length >> 1);
      await this.#applyRun(half, half.at(-1)?.position ?? this.position);
      await this.#applyRun(run.slice(half.length), to);
    }
  }

  /** Rows that are there already may be another holder's: then no event is at fault. Throws CheckpointLost. */
  async #checkHolding(): Promise<void> {
    const bookmark = await readBookmark(this.#pool, this.key);
    if (bookmark?.position !== this.position)
      throw new CheckpointLost(`Checkpoint of ${this.label} is no longer ${this.position}`);
  }

  #stamp(decoded: DecodedEvent, lastTimeMs: number): Stamped {
    if (!decoded.event) throw decoded.fault;
    return { ...decoded.event, atMs: Math.max(lastTimeMs, decoded.recordedAtMs) };
  }

  /** Applies in memory; again from the start whenever a step asked for a body that had to be fetched first. */
  async #fold(
    run: readonly DecodedEvent[],
    after: number,
    client: Pool | PoolClient,
  ): Promise<{ lastTimeMs: number } | { poison: PoisonEvent; index: number }> {
    const stamped: Stamped[] = [];
    let lastTimeMs = after;
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
      client,
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
      await this.#lightly(async (client) => {
        await this.#work.prefetch(client, this.projection.keysOf(event));
        this.#step(event);
        await this.#write(client);
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
          await this.#write(client);
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
    await this.#lightly(async (client) => {
      await this.#write(client);
      await this.#checkpoint(client, run.length, to, lastTimeMs);
    });
    this.#work.keep();
    this.#done(run.length, to, lastTimeMs);
  }

  async #write(client: PoolClient): Promise<void> {
    await addRows(client, this.#work.settle());
    await this.#writeChanges(client);
  }

  async #writeChanges(client: PoolClient): Promise<void> {
    const { ageing = [] } = this.projection;
    const moved = this.#movesAgedRows && ageing.some(({ below }) => this.#work.changes(below.table));
    await this.#work.write(client);
    if (moved) await moveAgedRows(client, ageing, this.tables);
  }

  #lightly(task: (client: PoolClient) => Promise<void>): Promise<void> {
    return inTransaction(this.#pool, task, beginLightly);
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
