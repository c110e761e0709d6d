import type { ClientBase } from 'pg';
import type { RowDifference, TableComparison } from './comparison.ts';

/** A table of one build, as PostgreSQL describes it. */
export interface ComparedTable {
  /** Without its version: what it is called in every build. */
  readonly name: string;
  readonly qualified: string;
  readonly columns: readonly string[];
  readonly primaryKey: readonly string[];
}

const sampleSize = 20;
const differingAtMost = 1_000;
/** Characters of a value that are shown. */
const shownLength = 400;

function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Reads what the tables of a build look like: also those of a version that this process does not know. */
export async function describeTables(
  client: ClientBase,
  schema: string,
  tables: readonly string[],
): Promise<readonly ComparedTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; key: string[] | null }>(
    `select c.relname as name,
       (select json_agg(a.attname order by a.attname) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       (select json_agg(a.attname order by k.place) from pg_index i
         cross join lateral unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
         where i.indrelid = c.oid and i.indisprimary) as key
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = any($2) order by c.relname`,
    [schema, tables],
  );
  return rows.map(({ name, columns, key }) => ({
    name: name.replace(/_v\d+$/, ''),
    qualified: `${quote(schema)}.${quote(name)}`,
    columns,
    primaryKey: key ?? [],
  }));
}

/** Rows, checksums and, where they differ, some of the rows that do. Reads both tables whole. */
export async function compareTable(
  client: ClientBase,
  old: ComparedTable,
  built: ComparedTable,
): Promise<TableComparison> {
  const common = old.columns.filter((name) => built.columns.includes(name));
  const before = await digest(client, old, common);
  const after = await digest(client, built, common);
  const identical = before.rows === after.rows && before.checksum === after.checksum;
  const key = old.primaryKey.filter((name) => common.includes(name));
  const differences = identical || key.length === 0 ? none : await differ(client, [old, built], key, common);
  return {
    name: old.name,
    rows: { old: before.rows, new: after.rows },
    checksum: { old: before.checksum, new: after.checksum },
    identical,
    ...differences,
    onlyOldColumns: old.columns.filter((name) => !common.includes(name)),
    onlyNewColumns: built.columns.filter((name) => !common.includes(name)),
  };
}

const none = { differing: 0, isCapped: false, sample: [] as readonly RowDifference[] };

/** A sum over the rows' hashes: no order, so no sort; as good for a thousand rows as for ten million. */
async function digest(client: ClientBase, { qualified }: ComparedTable, columns: readonly string[]) {
  const row = `row(${columns.map((name) => `t.${quote(name)}`).join(', ')})::text`;
  const { rows } = await client.query<{ rows: string; checksum: string }>(
    `select count(*) as rows, md5(count(*) || ':' || coalesce(sum(hashtextextended(${row}, 0)::numeric), 0)
       || ':' || coalesce(sum(hashtextextended(${row}, 1)::numeric), 0)) as checksum from ${qualified} t`,
  );
  return { rows: Number(rows[0]?.rows), checksum: String(rows[0]?.checksum) };
}

async function differ(
  client: ClientBase,
  [old, built]: readonly [ComparedTable, ComparedTable],
  key: readonly string[],
  common: readonly string[],
): Promise<typeof none> {
  const list = common.map(quote).join(', ');
  const matches = key.map((name) => `o.${quote(name)} = n.${quote(name)}`).join(' and ');
  const rest = common.filter((name) => !key.includes(name));
  const [first = ''] = key;
  const changed = rest.map((name) => `o.${quote(name)}::text is distinct from n.${quote(name)}::text`);
  const source = `from (select ${list} from ${old.qualified}) o full join (select ${list} from ${built.qualified}) n
    on ${matches} where ${[`o.${quote(first)} is null`, `n.${quote(first)} is null`, ...changed].join(' or ')}`;
  const counted = await client.query<{ count: number }>(
    `select count(*)::int as count from (select 1 ${source} limit ${differingAtMost + 1}) d`,
  );
  const sampled = await client.query<{ old: Sampled; new: Sampled }>(
    `select to_jsonb(o) as old, to_jsonb(n) as new ${source}
     order by ${key.map((name) => `coalesce(o.${quote(name)}::text, n.${quote(name)}::text)`).join(', ')} limit ${sampleSize}`,
  );
  const count = counted.rows[0]?.count ?? 0;
  return {
    differing: Math.min(count, differingAtMost),
    isCapped: count > differingAtMost,
    sample: sampled.rows.map((row) => toDifference(row, key, rest)),
  };
}

type Sampled = Readonly<Record<string, unknown>> | null;

function toDifference(
  { old, new: built }: { readonly old: Sampled; readonly new: Sampled },
  key: readonly string[],
  rest: readonly string[],
): RowDifference {
  const either = old ?? built ?? {};
  const onlyIn = old === null ? 'new' : built === null ? 'old' : null;
  return {
    key: Object.fromEntries(key.map((name) => [name, either[name]])),
    onlyIn,
    columns: rest
      .filter((name) => onlyIn !== null || JSON.stringify(old?.[name]) !== JSON.stringify(built?.[name]))
      .map((name) => ({ name, old: shown(old?.[name]), new: shown(built?.[name]) })),
  };
}

function shown(value: unknown): unknown {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  return text.length <= shownLength ? (value ?? null) : `${text.slice(0, shownLength)}…`;
}
