import { isDeepStrictEqual } from 'node:util';
import type { ClientBase, Pool } from 'pg';
import { copyText } from './copy-text.ts';
import { toColumnArrays, toCopyText } from './encode-rows.ts';
import { historicColumns, type PhysicalTable, type PhysicalTables, selectRows } from './physical-table.ts';
import type { Row, RowKey, Rows, Stamped } from './projection.ts';
import { RowCache } from './row-cache.ts';

type Key = readonly (string | number | bigint)[];

interface Change {
  readonly key: Key;
  /** Null when it was removed. */
  readonly row: Row | null;
}

function textOf(key: Key): string {
  return key.length === 1 ? String(key[0]) : key.join('|');
}

/** Rows ready to be sent to a table that they are only added to. */
export interface Addition {
  readonly table: PhysicalTable;
  readonly text: string;
}

/** One table's rows while events are folded: what was there, what changed, what is new. */
class WorkingTable {
  readonly physical: PhysicalTables;
  readonly cache: RowCache;
  readonly #historic: readonly string[];
  /** By the run of events that is being folded; it may be discarded and folded again. */
  changed = new Map<string, Change>();
  appended: Row[] = [];
  ended: Row[] = [];
  /** By earlier runs, and not in the database yet. */
  readonly unwritten = new Map<string, Change>();

  constructor(physical: PhysicalTables, cacheLimit: number) {
    this.physical = physical;
    this.cache = new RowCache(cacheLimit);
    this.#historic = historicColumns(physical.definition);
  }

  knows(text: string): boolean {
    return this.changed.has(text) || this.unwritten.has(text) || this.cache.get(text) !== undefined;
  }

  get(key: Key): Row | undefined {
    const text = textOf(key);
    const change = this.changed.get(text) ?? this.unwritten.get(text);
    if (change) return change.row ?? undefined;
    const row = this.cache.get(text);
    if (row === undefined) {
      throw new Error(
        `Row ${text} of ${this.physical.definition.name} was not named by keysOf: name every row that a step reads`,
      );
    }
    return row ?? undefined;
  }

  put(row: Row, event: Stamped): void {
    const { definition } = this.physical;
    const key = definition.primaryKey.map((name) => row[name]) as unknown as Key;
    const next = definition.kind === 'temporal' ? this.#stamp(key, row, event) : row;
    this.changed.set(textOf(key), { key, row: next });
  }

  remove(key: Key, event: Stamped): void {
    const old = this.get(key);
    if (!old) return;
    if (this.physical.definition.kind === 'temporal') this.#end(old, event);
    this.changed.set(textOf(key), { key, row: null });
  }

  #stamp(key: Key, row: Row, event: Stamped): Row {
    const old = this.get(key);
    if (old && this.#isSame(old, row))
      return { ...row, from_position: old.from_position, from_at: old.from_at };
    if (old) this.#end(old, event);
    return { ...row, from_position: event.position, from_at: event.atMs };
  }

  #isSame(old: Row, row: Row): boolean {
    return this.#historic.every((name) => {
      const left = old[name] ?? null;
      const right = row[name] ?? null;
      return left === right || (typeof left === 'object' && isDeepStrictEqual(left, right));
    });
  }

  /** A state that began with this very event was never seen: it leaves no interval. */
  #end(old: Row, event: Stamped): void {
    if (old.from_position === event.position) return;
    this.ended.push({ ...old, to_position: event.position, to_at: event.atMs });
  }

  discard(): void {
    if (this.changed.size > 0) this.changed = new Map();
    this.appended = [];
    this.ended = [];
  }

  /** The run of events will not be folded again. Gives what it adds. */
  *settle(): Generator<Addition> {
    const { main, history } = this.physical;
    for (const [text, change] of this.changed) this.unwritten.set(text, change);
    if (this.appended.length > 0) yield { table: main, text: toCopyText(main.columns, this.appended) };
    if (history && this.ended.length > 0)
      yield { table: history, text: toCopyText(history.columns, this.ended) };
    this.discard();
  }

  /** Writes the last state of each row that changed: those known to be new by COPY, into whatever there is. */
  async write(client: ClientBase): Promise<void> {
    if (this.unwritten.size === 0) return;
    const { main, definition } = this.physical;
    const added: Row[] = [];
    const changed: Row[] = [];
    const gone: Row[] = [];
    for (const [text, { key, row }] of this.unwritten) {
      if (row) (this.cache.get(text) === null ? added : changed).push(row);
      else gone.push(Object.fromEntries(definition.primaryKey.map((name, index) => [name, key[index]])));
    }
    await writeRows(client, main.sql.remove, keyColumnsOf(main), gone);
    for (const part of partsOf(added)) await copyText(client, main.sql.copy, toCopyText(main.columns, part));
    await writeRows(client, main.sql.upsert, main.columns, changed);
  }

  /** What was written is now what is there. */
  keep(): void {
    for (const [text, { row }] of this.unwritten) this.cache.set(text, row);
    this.unwritten.clear();
  }
}

export interface ContentLookup {
  /** `undefined`: not loaded; `null`: the log has no such body. */
  peek(contentHash: string): string | null | undefined;
  load(contentHashes: readonly string[]): Promise<void>;
}

/**
 * Collects changes in memory and writes each table's last rows with few statements. The same code serves live and
 * rebuild, so that both give the same rows. A run of events is folded, settled, and written with others or alone.
 */
export class UnitOfWork {
  readonly #tables: ReadonlyMap<string, WorkingTable>;
  readonly #contents: ContentLookup;
  readonly missingContents = new Set<string>();
  readonly #rows = this.#face();
  #event = undefined as unknown as Stamped;

  constructor(tables: readonly PhysicalTables[], contents: ContentLookup, cacheLimit: number) {
    this.#tables = new Map(
      tables.map((table) => [table.definition.name, new WorkingTable(table, cacheLimit)]),
    );
    this.#contents = contents;
  }

  #table(name: string): WorkingTable {
    const table = this.#tables.get(name);
    if (!table) throw new Error(`The projection has no table ${name}`);
    return table;
  }

  /** Fetches the named rows that are not at hand, one statement per table. */
  async prefetch(client: ClientBase | Pool, keys: Iterable<RowKey>): Promise<void> {
    const wanted = new Map<WorkingTable, Map<string, Key>>();
    for (const { table: name, key } of keys) {
      const table = this.#table(name);
      const text = textOf(key);
      if (table.knows(text)) continue;
      let ofTable = wanted.get(table);
      if (!ofTable) wanted.set(table, (ofTable = new Map()));
      ofTable.set(text, key);
    }
    for (const [table, ofTable] of wanted) {
      const { main, definition } = table.physical;
      const asked = [...ofTable.values()].map((key) =>
        Object.fromEntries(definition.primaryKey.map((name, index) => [name, key[index]])),
      );
      for (const text of ofTable.keys()) table.cache.set(text, null);
      const rows = await selectRows(client, main.sql.select, toColumnArrays(keyColumnsOf(main), asked));
      this.#remember(table, rows);
    }
  }

  #remember(table: WorkingTable, rows: readonly Row[]): void {
    for (const row of rows) {
      const text = table.physical.definition.primaryKey.map((name) => String(row[name])).join('|');
      if (!table.changed.has(text) && !table.unwritten.has(text)) table.cache.set(text, row);
    }
  }

  /** Pages through all rows of a table with a value in a column, in key order, and leaves them at hand. */
  async *pagesOf(
    client: ClientBase,
    table: string,
    where: { readonly column: string; readonly value: string },
    pageSize: number,
  ): AsyncGenerator<readonly Row[]> {
    const working = this.#table(table);
    const { main, definition } = working.physical;
    const key = definition.primaryKey.join(', ');
    let after: readonly unknown[] | undefined;
    for (;;) {
      const place = after ? `and (${key}) > (${after.map((_, index) => `$${index + 2}`).join(', ')})` : '';
      const rows = await selectRows(
        client,
        `select * from ${main.qualified} where ${where.column} = $1 ${place} order by ${key} limit ${pageSize}`,
        [where.value, ...(after ?? [])],
      );
      if (rows.length === 0) return;
      this.#remember(working, rows);
      yield rows;
      const last = rows.at(-1);
      after = definition.primaryKey.map((name) => last?.[name]);
    }
  }

  /** The face that a step sees while `event` is applied; good until the next event's. */
  rowsFor(event: Stamped): Rows {
    this.#event = event;
    return this.#rows;
  }

  #face(): Rows {
    return {
      get: (table, ...key) => this.#table(table).get(key),
      put: (table, row) => this.#table(table).put(row, this.#event),
      remove: (table, ...key) => this.#table(table).remove(key, this.#event),
      append: (table, row) => void this.#table(table).appended.push(row),
      content: (contentHash) => {
        const body = this.#contents.peek(contentHash);
        if (body === undefined) this.missingContents.add(contentHash);
        return body ?? undefined;
      },
    };
  }

  async loadMissingContents(): Promise<void> {
    const hashes = [...this.missingContents];
    this.missingContents.clear();
    await this.#contents.load(hashes);
  }

  /** Ends the run: its changes wait to be written; what it adds is given away, ready to be sent. */
  settle(): readonly Addition[] {
    return [...this.#tables.values()].flatMap((table) => [...table.settle()]);
  }

  /** Rows that wait to be written. */
  get unwritten(): number {
    let count = 0;
    for (const table of this.#tables.values()) count += table.unwritten.size;
    return count;
  }

  /** Whether rows of a table wait to be written. */
  changes(table: string): boolean {
    return this.#table(table).unwritten.size > 0;
  }

  /** Writes what waits; the caller owns the transaction. */
  async write(client: ClientBase): Promise<void> {
    for (const table of this.#tables.values()) await table.write(client);
  }

  discard(): void {
    for (const table of this.#tables.values()) table.discard();
    this.missingContents.clear();
  }

  /** After the commit: the written rows stay at hand. */
  keep(): void {
    for (const table of this.#tables.values()) {
      table.keep();
      table.cache.trim();
    }
  }

  forget(): void {
    this.discard();
    for (const table of this.#tables.values()) {
      table.unwritten.clear();
      table.cache.forget();
    }
  }

  startEmpty(): void {
    this.discard();
    for (const table of this.#tables.values()) {
      table.unwritten.clear();
      table.cache.startEmpty();
    }
  }
}

/** In the key's order, as the statements take them. */
function keyColumnsOf({ columns, primaryKey }: PhysicalTable): PhysicalTable['columns'] {
  return primaryKey.flatMap((name) => columns.filter(([column]) => column === name));
}

export async function addRows(client: ClientBase, additions: readonly Addition[]): Promise<void> {
  const texts = new Map<PhysicalTable, string[]>();
  for (const { table, text } of additions) {
    const known = texts.get(table);
    if (known) known.push(text);
    else texts.set(table, [text]);
  }
  for (const [table, parts] of texts) await copyText(client, table.sql.copy, parts.join(''));
}

/** One statement carries at most this many rows: what is in memory of them at a time stays small. */
const rowsPerStatement = 10_000;

function* partsOf(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let start = 0; start < rows.length; start += rowsPerStatement)
    yield rows.slice(start, start + rowsPerStatement);
}

async function writeRows(
  client: ClientBase,
  sql: string,
  columns: PhysicalTable['columns'],
  rows: readonly Row[],
): Promise<void> {
  for (const part of partsOf(rows)) await client.query({ text: sql, values: toColumnArrays(columns, part) });
}
