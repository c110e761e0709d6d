import type { ClientBase, Pool } from 'pg';
import type { PhysicalTable, PhysicalTables } from './physical-table.ts';
import type { Ageing } from './projection.ts';

/** One statement: PostgreSQL passes the rows on without this process, and spills what its memory does not hold. */
function ageingSql({ from, to, column, below }: Ageing, tables: readonly PhysicalTables[]): string {
  const source = addedTo(from, tables);
  const bounds = tableNamed(below.table, tables).main;
  const aged = `delete from ${source.qualified} t using ${bounds.qualified} b
    where t."${below.per}" = b."${below.per}" and t."${column}" < b."${below.column}"`;
  if (to === undefined) return aged;
  const columns = source.columns.map(([name]) => `"${name}"`).join(', ');
  return `with aged as (${aged} returning t.*)
    insert into ${addedTo(to, tables).qualified} (${columns}) select ${columns} from aged`;
}

function tableNamed(name: string, tables: readonly PhysicalTables[]): PhysicalTables {
  const table = tables.find(({ definition }) => definition.name === name);
  if (!table) throw new Error(`The projection has no table ${name}`);
  return table;
}

/** Rows that steps read and change stand in memory: they must not go behind its back. */
function addedTo(name: string, tables: readonly PhysicalTables[]): PhysicalTable {
  const { definition, main } = tableNamed(name, tables);
  if (definition.kind !== 'append') throw new Error(`Rows of ${name} cannot age: it is no append table`);
  return main;
}

/** Moves or deletes every row that is below its bound. Doing it again changes nothing. */
export async function moveAgedRows(
  client: ClientBase | Pool,
  ageing: readonly Ageing[],
  tables: readonly PhysicalTables[],
): Promise<void> {
  for (const step of ageing) await client.query(ageingSql(step, tables));
}
