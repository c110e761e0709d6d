import { type ReadContext, select } from '../reading/read-context.ts';
import { configurationTable } from './configuration-row.ts';

/** Names of the configurations that rows refer to. A configuration keeps its name for good. */
export async function versionNamesOf(
  context: Pick<ReadContext, 'knex'>,
  rows: readonly { readonly assigned_configuration_id: string | null }[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.flatMap(({ assigned_configuration_id }) => assigned_configuration_id ?? []))];
  if (ids.length === 0) return new Map();
  const found = await select<{ configuration_id: string; name: string }>(
    context,
    `select configuration_id, name from read.${configurationTable} where configuration_id = any(?::uuid[])`,
    [ids],
  );
  return new Map(found.map(({ configuration_id, name }) => [configuration_id, name]));
}
