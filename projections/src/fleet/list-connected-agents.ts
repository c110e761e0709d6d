import type { ConnectedAgent } from '@ampora/application/ports';
import { type ReadContext, select } from '../reading/read-context.ts';
import { agentFacetTable, agentTable } from './agent-row.ts';

/** Every agent that is connected as far as this model has come: one probe of an index for each. For an edge that starts. */
export async function listConnectedAgents(context: ReadContext): Promise<readonly ConnectedAgent[]> {
  return select<ConnectedAgent>(
    context,
    `select a.agent_id as "agentId", f.value ->> 'connectionId' as "connectionId",
        coalesce(f.value ->> 'edgeInstance', '') as "edgeInstance"
      from read.${agentTable} a cross join lateral (
        select value from read.${agentFacetTable} f where f.agent_id = a.agent_id and f.facet = 'connection'
        order by f.from_position desc limit 1) f
      where a.tenant = ? and a.connected and f.value ->> 'connectionId' is not null`,
    [context.tenant],
  );
}
