import type { ClientBase, Pool } from 'pg';
import { type Column, type ColumnType, historyNameOf, type Index, type Projection } from './projection.ts';
import { type Row, type TableDefinition, tableNameOf } from './projection.ts';

/** A table as PostgreSQL has it, with the statements that the engine runs on it. */
export interface PhysicalTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly (readonly [name: string, column: Column])[];
  readonly primaryKey: readonly string[];
  readonly indexes: readonly Index[];
  readonly qualified: string;
  readonly sql: {
    /** Where rows are only ever added the primary key comes with the indexes: see `addPrimaryKey`. */
    readonly create: string;
    /** Null where the table is created with it. */
    readonly addPrimaryKey: string | null;
    readonly copy: string;
    /** Parameters: a `text[]` for each column. */
    readonly upsert: string;
    /** Parameters of this and the next: a `text[]` for each column of the primary key. */
    readonly remove: string;
    readonly select: string;
  };
}

/** The tables behind one definition: itself, and its history when it is temporal. */
export interface PhysicalTables {
  readonly definition: TableDefinition;
  readonly main: PhysicalTable;
  readonly history?: PhysicalTable;
}

const fromColumns: Record<string, ColumnType> = { from_position: 'bigint', from_at: 'timestamptz' };
const toColumns: Record<string, ColumnType> = { to_position: 'bigint', to_at: 'timestamptz' };

export function columnOf(column: ColumnType | Column): Column {
  return typeof column === 'string' ? { type: column } : column;
}

function columnIn(columns: Readonly<Record<string, ColumnType | Column>>, name: string): Column {
  const column = columns[name];
  if (column === undefined) throw new Error(`There is no column ${name}`);
  return columnOf(column);
}

/** Columns of a temporal table that belong to its history. */
export function historicColumns(definition: TableDefinition): readonly string[] {
  return Object.keys(definition.columns).filter((name) => !columnIn(definition.columns, name).currentOnly);
}

export function physicalTablesOf(projection: Projection, schema: string): readonly PhysicalTables[] {
  return projection.tables.map((definition) => {
    const temporal = definition.kind === 'temporal';
    const main = describe({
      schema,
      name: tableNameOf(definition.name, projection.version),
      columns: { ...definition.columns, ...(temporal ? fromColumns : {}) },
      primaryKey: definition.primaryKey,
      indexes: definition.indexes ?? [],
      onlyAdded: definition.kind === 'append',
    });
    if (!temporal) return { definition, main };
    const historic = Object.fromEntries(
      historicColumns(definition).map((name) => [name, columnIn(definition.columns, name)]),
    );
    const history = describe({
      schema,
      name: historyNameOf(definition.name, projection.version),
      columns: { ...historic, ...fromColumns, ...toColumns },
      primaryKey: [...definition.primaryKey, 'from_position'],
      indexes: definition.historyIndexes ?? [],
      onlyAdded: true,
    });
    return { definition, main, history };
  });
}

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

function describe(table: {
  schema: string;
  name: string;
  columns: Readonly<Record<string, ColumnType | Column>>;
  primaryKey: readonly string[];
  indexes: readonly Index[];
  onlyAdded: boolean;
}): PhysicalTable {
  const columns = Object.entries(table.columns).map(([name, column]) => [name, columnOf(column)] as const);
  const qualified = `${quote(table.schema)}.${quote(table.name)}`;
  const names = columns.map(([name]) => quote(name)).join(', ');
  const key = table.primaryKey.map(quote).join(', ');
  const rest = columns.filter(([name]) => !table.primaryKey.includes(name)).map(([name]) => quote(name));
  const types = new Map(columns.map(([name, { type }]) => [name, type]));
  const unnested = (some: readonly string[]) =>
    `unnest(${some.map((_, index) => `$${index + 1}::text[]`).join(', ')}) as r(${some.map(quote).join(', ')})`;
  const cast = (name: string) => `r.${quote(name)}::${types.get(name)}`;
  const all = columns.map(([name]) => name);
  const matches = table.primaryKey.map((name) => `t.${quote(name)} = ${cast(name)}`).join(' and ');
  const keyed = table.onlyAdded ? '' : `, primary key (${key})`;
  // Room on the page for the next state of a row: it then need not be entered into every index again.
  const storage = table.onlyAdded ? '' : ' with (fillfactor = 85)';
  return {
    schema: table.schema,
    name: table.name,
    primaryKey: table.primaryKey,
    indexes: table.indexes,
    columns,
    qualified,
    sql: {
      create: `create table if not exists ${qualified} (${columns
        .map(([name, { type, nullable }]) => `${quote(name)} ${type}${nullable ? '' : ' not null'}`)
        .join(', ')}${keyed})${storage}`,
      addPrimaryKey: table.onlyAdded ? `alter table ${qualified} add primary key (${key})` : null,
      copy: `copy ${qualified} (${names}) from stdin`,
      upsert: `insert into ${qualified} (${names}) select ${all.map(cast).join(', ')} from ${unnested(all)}
        on conflict (${key}) do update set ${rest.map((name) => `${name} = excluded.${name}`).join(', ')}`,
      remove: `delete from ${qualified} t using ${unnested(table.primaryKey)} where ${matches}`,
      select: `select t.* from ${unnested(table.primaryKey)} join ${qualified} t on ${matches}`,
    },
  };
}

export function createIndexSql(table: PhysicalTable, index: Index): string {
  const where = index.where ? ` where ${index.where}` : '';
  return `create index if not exists ${quote(`${table.name}_${index.name}`)} on ${table.qualified} using ${index.using ?? 'btree'} (${index.on})${where}`;
}

/** Statistics of what queries choose by: reading wide JSON for them costs as much as an index. */
export function analyzeSql({ qualified, columns, indexes }: PhysicalTable): string {
  const narrow = columns.filter(([, { type }]) => type !== 'jsonb' && type !== 'json');
  // An expression in an index has statistics of its own, made only when the table is analyzed as a whole.
  const isWhole = narrow.length === columns.length || indexes.some(({ on }) => on.includes('('));
  return isWhole
    ? `analyze ${qualified}`
    : `analyze ${qualified} (${narrow.map(([name]) => quote(name)).join(', ')})`;
}

const int8 = 20;
const timestamptz = 1184;
const jsonTypes = [114, 3802];
/** Rows come back as they stand in memory: see Row. */
const parsers = {
  getTypeParser(oid: number): (text: string) => unknown {
    if (oid === int8) return BigInt;
    if (oid === timestamptz)
      return (text) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
    if (jsonTypes.includes(oid)) return (text) => JSON.parse(text);
    if (oid === 16) return (text) => text === 't';
    if (oid === 21 || oid === 23) return Number;
    return (text) => text;
  },
};

/** Runs a query whose answer comes back as engine rows. */
export async function selectRows(
  client: ClientBase | Pool,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const result = await client.query({ text, values: [...values], types: parsers as never });
  return result.rows as Row[];
}
