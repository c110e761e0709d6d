import { isDeepStrictEqual } from 'node:util';
import type { ClientBase, Pool } from 'pg';
import {
  encodeRows,
  historicColumns,
  type PhysicalTable,
  type PhysicalTables,
  selectRows,
} from './physical-table.ts';
import type { Row, RowKey, Rows, Stamped } from './projection.ts';
import { RowCache } from './row-cache.ts';

type Key = readonly (string | number | bigint)[];

/** One table's rows while a batch is folded: what was there, what changed, what is new. */
class WorkingTable {
  readonly physical: PhysicalTables;
  readonly cache: RowCache;
  readonly #historic: readonly string[];
  changed = new Map<string, { key: Key; row: Row | null }>();
  appended: Row[] = [];
  ended: Row[] = [];

  constructor(physical: PhysicalTables, cacheLimit: number) {
    this.physical = physical;
    this.cache = new RowCache(cacheLimit);
    this.#historic = historicColumns(physical.definition);
  }

  get(key: Key): Row | undefined {
    const text = key.join('|');
    const changed = this.changed.get(text);
    if (changed) return changed.row ?? undefined;
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
    this.changed.set(key.join('|'), { key, row: next });
  }

  remove(key: Key, event: Stamped): void {
    const old = this.get(key);
    if (!old) return;
    if (this.physical.definition.kind === 'temporal') this.#end(old, event);
    this.changed.set(key.join('|'), { key, row: null });
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
    this.changed.clear();
    this.appended = [];
    this.ended = [];
  }

  /** What was written is now what is there. */
  keep(): void {
    for (const [text, { row }] of this.changed) this.cache.set(text, row);
    this.discard();
  }
}

export interface ContentLookup {
  /** `undefined`: not loaded; `null`: the log has no such body. */
  peek(contentHash: string): string | null | undefined;
  load(contentHashes: readonly string[]): Promise<void>;
}

/**
 * Collects a batch's changes in memory and writes each table's final rows with one statement. The same code serves
 * live and rebuild, so that both give the same rows.
 */
export class UnitOfWork {
  readonly #tables: ReadonlyMap<string, WorkingTable>;
  readonly #contents: ContentLookup;
  readonly missingContents = new Set<string>();

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
      const text = key.join('|');
      if (table.changed.has(text) || table.cache.get(text) !== undefined) continue;
      let ofTable = wanted.get(table);
      if (!ofTable) wanted.set(table, (ofTable = new Map()));
      ofTable.set(text, key);
    }
    for (const [table, ofTable] of wanted) {
      const { main, definition } = table.physical;
      const columns = main.columns.filter(([name]) => definition.primaryKey.includes(name));
      const asked = [...ofTable.values()].map((key) =>
        Object.fromEntries(definition.primaryKey.map((name, index) => [name, key[index]])),
      );
      for (const text of ofTable.keys()) table.cache.set(text, null);
      const rows = await selectRows(client, main.sql.select, [encodeRows(columns, asked)]);
      this.#remember(table, rows);
    }
  }

  #remember(table: WorkingTable, rows: readonly Row[]): void {
    for (const row of rows) {
      const text = table.physical.definition.primaryKey.map((name) => String(row[name])).join('|');
      if (!table.changed.has(text)) table.cache.set(text, row);
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

  /** The face that a step sees while `event` is applied. */
  rowsFor(event: Stamped): Rows {
    return {
      get: (table, ...key) => this.#table(table).get(key),
      put: (table, row) => this.#table(table).put(row, event),
      remove: (table, ...key) => this.#table(table).remove(key, event),
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

  /** Writes the changes; the caller owns the transaction. */
  async write(client: ClientBase): Promise<void> {
    for (const table of this.#tables.values()) {
      const { main, history } = table.physical;
      const changed = [...table.changed.values()];
      const rows = changed.flatMap(({ row }) => (row ? [row] : []));
      const gone = changed.flatMap(({ key, row }) => (row ? [] : [key]));
      const keys = main.columns.filter(([name]) => main.primaryKey.includes(name));
      const gonePrimaryKeys = gone.map((key) =>
        Object.fromEntries(main.primaryKey.map((name, index) => [name, key[index]])),
      );
      await writeRows(client, main.sql.remove, encodeParts(keys, gonePrimaryKeys));
      await writeRows(client, main.sql.upsert, encodeParts(main.columns, rows));
      await writeRows(client, main.sql.insert, encodeParts(main.columns, table.appended));
      if (history) await writeRows(client, history.sql.insert, encodeParts(history.columns, table.ended));
    }
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

  /** Within a transaction: written, so no longer to be written again, and not yet to be relied on if it rolls back. */
  settle(): void {
    for (const table of this.#tables.values()) table.keep();
  }

  forget(): void {
    this.discard();
    for (const table of this.#tables.values()) table.cache.forget();
  }

  startEmpty(): void {
    this.discard();
    for (const table of this.#tables.values()) table.cache.startEmpty();
  }
}

/** One statement carries at most this many rows: the JSON text of a batch stays far below PostgreSQL's limits. */
const rowsPerStatement = 10_000;

function* encodeParts(columns: PhysicalTable['columns'], rows: readonly Row[]): Generator<string> {
  for (let start = 0; start < rows.length; start += rowsPerStatement)
    yield encodeRows(columns, rows.slice(start, start + rowsPerStatement));
}

async function writeRows(client: ClientBase, sql: string, parts: Iterable<string>): Promise<void> {
  for (const part of parts) await client.query({ text: sql, values: [part] });
}
