import type { SelectableAgent } from '@ampora/application';
import { capabilityNames, type Labels, type VersionKey } from '@ampora/domain';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import { type AgentFilter, conditionsOf } from './agent-filter.ts';
import { agentLabelsTable, agentLeavingTable, agentTable } from './agent-row.ts';
import { takesRemoteConfig } from './judge-drift.ts';

/** An agent with all that decides where it belongs and what it is to run. */
export interface AimedAgentRow extends SelectableAgent {
  /** Labels that it reports, and those that the server gives it; empty unless they were asked for. */
  readonly reported: Labels;
  readonly given: Labels;
}

interface StoredAgent {
  readonly agent_id: string;
  readonly display_name: string;
  readonly group_id: string | null;
  readonly assigned_scope: string | null;
  readonly assigned_configuration_id: string | null;
  readonly assigned_version: number | null;
  readonly capabilities: string | null;
  readonly labels: Labels | null;
  readonly own?: Labels | null;
  readonly reported?: Labels | null;
}

export interface AimedAgentsRequest {
  /** Only these. */
  readonly agentIds?: readonly string[];
  /** Only members of this group. */
  readonly groupId?: string;
  /** With the labels of the agent and of the server apart, beside those that count. */
  readonly withSources?: boolean;
  readonly limit: number;
}

/** By id, or by name and id: each an order that an index has. */
export type AimedAgentsAfter =
  | { readonly order: 'id'; readonly after?: string | undefined }
  | { readonly order: 'name'; readonly after?: Pick<SelectableAgent, 'displayName' | 'agentId'> | undefined };

/** Agents as they are now. One whose group is gone, and that is still to leave it, is given with that group. */
export async function listAimedAgents(
  context: ReadContext,
  { agentIds, groupId, withSources = false, limit }: AimedAgentsRequest,
  from: AimedAgentsAfter,
): Promise<readonly AimedAgentRow[]> {
  const conditions = ['a.tenant = ?'];
  const bindings: unknown[] = [context.tenant];
  if (agentIds) {
    conditions.push('a.agent_id = any(?::uuid[])');
    bindings.push([...agentIds]);
  }
  if (groupId !== undefined) {
    conditions.push('a.group_id = ?::uuid');
    bindings.push(groupId);
  }
  if (from.order === 'id' && from.after !== undefined) {
    conditions.push('a.agent_id > ?::uuid');
    bindings.push(from.after);
  }
  if (from.order === 'name' && from.after) {
    conditions.push('(a.display_name, a.agent_id) > (?, ?::uuid)');
    bindings.push(from.after.displayName, from.after.agentId);
  }
  const rows = await select<StoredAgent>(
    context,
    `select a.agent_id, a.display_name, coalesce(a.group_id, v.group_id) as group_id, a.assigned_scope,
        a.assigned_configuration_id, a.assigned_version, a.memo ->> 'capabilities' as capabilities,
        l.labels${withSources ? ', l.own, l.reported' : ''}
      from read.${agentTable} a
      left join read.${agentLabelsTable} l on l.agent_id = a.agent_id
      left join read.${agentLeavingTable} v on v.agent_id = a.agent_id
      where ${conditions.join(' and ')}
      order by ${from.order === 'id' ? 'a.agent_id' : 'a.display_name, a.agent_id'} limit ?`,
    [...bindings, limit],
  );
  return rows.map(toAimedAgent);
}

function toAimedAgent(row: StoredAgent): AimedAgentRow {
  return {
    agentId: row.agent_id,
    displayName: row.display_name,
    takesRemoteConfig: takesRemoteConfig(row.capabilities),
    own: ownOf(row),
    groupId: row.group_id,
    labels: row.labels ?? {},
    capabilities: capabilityNames(row.capabilities),
    given: row.own ?? {},
    reported: row.reported ?? {},
  };
}

function ownOf(row: StoredAgent): VersionKey | null {
  const { assigned_configuration_id: configurationId, assigned_version: version } = row;
  if (row.assigned_scope !== 'agent' || configurationId === null || version === null) return null;
  return { configurationId, version };
}

/** Ids of the agents that match, by name; one more than `most` when there are more. */
export async function selectAgents(
  context: ReadContext,
  filter: AgentFilter,
  { most, moment }: { readonly most: number; readonly moment: Moment },
): Promise<readonly string[]> {
  const conditions = conditionsOf(context.tenant, filter, moment);
  const rows = await select<{ agent_id: string }>(
    context,
    `select a.agent_id from read.${agentTable} a where ${conditions.map(({ sql }) => sql).join(' and ')}
      order by a.display_name, a.agent_id limit ?`,
    [...conditions.flatMap(({ bindings }) => bindings), most + 1],
  );
  return rows.map(({ agent_id }) => agent_id);
}
