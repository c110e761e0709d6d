import type { VersionKey } from '@ampora/domain';
import { type ReadContext, select } from '../reading/read-context.ts';
import { agentTable } from './agent-row.ts';

/** Ids of the agents that are connected, were told to run this version, and say that they do. */
export async function listRunningAgents(
  context: ReadContext,
  { configurationId, version }: VersionKey,
): Promise<readonly string[]> {
  const rows = await select<{ readonly agent_id: string }>(
    context,
    `select a.agent_id from read.${agentTable} a
      where a.tenant = ? and a.assigned_configuration_id = ?::uuid and a.assigned_version = ?
        and a.connected and a.remote_config_status = 'applied'`,
    [context.tenant, configurationId, version],
  );
  return rows.map(({ agent_id }) => agent_id);
}
