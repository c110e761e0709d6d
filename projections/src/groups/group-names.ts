import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import { groupSource } from './group-source.ts';

/** What these groups were called at a moment. */
export async function groupNamesOf(
  context: Pick<ReadContext, 'knex'>,
  groupIds: readonly string[],
  moment: Moment,
): Promise<ReadonlyMap<string, string>> {
  if (groupIds.length === 0) return new Map();
  const source = groupSource(moment);
  const rows = await select<{ group_id: string; name: string }>(
    context,
    `select g.group_id, g.name from ${source.sql} where g.group_id = any(?::uuid[])`,
    [...source.bindings, [...new Set(groupIds)]],
  );
  return new Map(rows.map(({ group_id, name }) => [group_id, name]));
}
