import { type ReadContext, select } from '../reading/read-context.ts';
import { configurationHistoryTable, configurationTable } from './configuration-row.ts';

/** Names of the configurations that rows refer to, deleted ones too. A configuration keeps its name for good. */
export async function versionNamesOf(
  context: Pick<ReadContext, 'knex'>,
  rows: readonly { readonly assigned_configuration_id: string | null }[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ assigned_configuration_id }) => assigned_configuration_id ?? []))];
  if (ids.length === 0) return new Map();
  const namesIn = async (table: string, wanted: readonly string[]) =>
    select<{ configuration_id: string; name: string }>(
      context,
      `select distinct on (configuration_id) configuration_id, name from read.${table}
       where configuration_id = any(?::uuid[])`,
      [wanted],
    );
  const names = new Map<string, string>();
  for (const table of [configurationTable, configurationHistoryTable]) {
    const missing = ids.filter((id) => !names.has(id));
    if (missing.length === 0) break;
    for (const { configuration_id, name } of await namesIn(table, missing)) names.set(configuration_id, name);
  }
  return names;
}
