import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import { agentHistoryTable, agentTable } from './agent-row.ts';

interface Named {
  readonly agent_id: string;
  readonly display_name: string;
}

/** What these agents were called at a moment: two probes of an index for each. */
export async function agentNamesOf(
  context: Pick<ReadContext, 'knex'>,
  agentIds: readonly string[],
  moment: Moment,
): Promise<ReadonlyMap<string, string>> {
  if (agentIds.length === 0) return new Map();
  const position = String(moment.position);
  const found = moment.live
    ? await select<Named>(
        context,
        `select agent_id, display_name from read.${agentTable} where agent_id = any(?::uuid[])`,
        [agentIds],
      )
    : await select<Named>(
        context,
        `select i.agent_id, n.display_name from unnest(?::uuid[]) as i(agent_id) cross join lateral (
           select display_name from read.${agentTable} where agent_id = i.agent_id and from_position <= ?::bigint
           union all
           select display_name from (select display_name, to_position from read.${agentHistoryTable}
             where agent_id = i.agent_id and from_position <= ?::bigint order by from_position desc limit 1) h
           where h.to_position > ?::bigint) n`,
        [agentIds, position, position, position],
      );
  return new Map(found.map(({ agent_id, display_name }) => [agent_id, display_name]));
}
