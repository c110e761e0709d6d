import { type Moment, temporalSource } from '../reading/moment.ts';
import { agentLabelsHistoryTable, agentLabelsTable, agentSearchTable } from './agent-row.ts';

/** Several values of one field are alternatives, fields combine. */
export interface AgentFilter {
  readonly search?: string | undefined;
  readonly connected?: boolean | undefined;
  readonly healthy?: 'true' | 'false' | 'unknown' | undefined;
  readonly driftState?: readonly string[] | undefined;
  readonly remoteConfigStatus?: readonly string[] | undefined;
  readonly agentType?: readonly string[] | undefined;
  readonly agentVersion?: readonly string[] | undefined;
  readonly osType?: readonly string[] | undefined;
  readonly configurationId?: string | undefined;
  readonly flapping?: boolean | undefined;
  /** A group's id; `none`: in no group. */
  readonly groupId?: string | undefined;
  /** `key:value`, all of which must be so. The server's labels lie over what the agent says. */
  readonly label?: readonly string[] | undefined;
}

/** Columns that lists and counts read; what only the fold or one agent's page needs stays where it is. */
export const listColumns = [
  'agent_id',
  'tenant',
  'instance_uid',
  'display_name',
  'agent_type',
  'agent_version',
  'host_name',
  'os_type',
  'group_id',
  'connected',
  'transport',
  'healthy',
  'health_status',
  'last_error',
  'flapping',
  'drift_state',
  'assigned_configuration_id',
  'assigned_version',
  'assigned_scope',
  'assigned_hash',
  'effective_hash',
  'remote_config_status',
  'enrolled_at',
  'from_position',
  'from_at',
] as const;

/** What AgentEdit has indexed for a search of the present; the past is searched in the columns it was made of. */
const searchTextSql = `lower(concat_ws(' ', a.display_name, a.host_name, a.agent_type, a.agent_version, a.instance_uid))`;

export interface Condition {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

export function conditionsOf(tenant: string, filter: AgentFilter, moment: Moment): readonly Condition[] {
  const conditions: Condition[] = [{ sql: 'a.tenant = ?', bindings: [tenant] }];
  const add = (sql: string, ...bindings: unknown[]) => conditions.push({ sql, bindings });
  const anyOf = (column: string, values: readonly string[] | undefined) => {
    if (values && values.length > 0) add(`a.${column} = any(?::text[])`, [...values]);
  };
  if (filter.search?.trim()) {
    const escaped = filter.search
      .trim()
      .toLowerCase()
      .replace(/[\\%_]/g, String.raw`\$&`);
    const pattern = `%${escaped.toWellFormed().replaceAll('\0', '')}%`;
    if (moment.live)
      add(`a.agent_id in (select agent_id from read.${agentSearchTable} where search_text like ?)`, pattern);
    else add(`${searchTextSql} like ?`, pattern);
  }
  if (filter.connected !== undefined) add('a.connected = ?', filter.connected);
  if (filter.flapping !== undefined) add(filter.flapping ? 'a.flapping' : 'not a.flapping');
  if (filter.healthy !== undefined)
    add('coalesce(a.healthy::int, -1) = ?', { true: 1, false: 0, unknown: -1 }[filter.healthy]);
  anyOf('drift_state', filter.driftState);
  anyOf('remote_config_status', filter.remoteConfigStatus);
  anyOf('agent_type', filter.agentType);
  anyOf('agent_version', filter.agentVersion);
  anyOf('os_type', filter.osType);
  if (filter.configurationId) add('a.assigned_configuration_id = ?::uuid', filter.configurationId);
  if (filter.groupId === 'none') add('a.group_id is null');
  else if (filter.groupId !== undefined) add('a.group_id = ?::uuid', filter.groupId);
  if (filter.label && filter.label.length > 0) {
    const labelled = labelledSql(moment);
    add(`a.agent_id in (${labelled.sql})`, ...labelled.bindings, tenant, labelsOf(filter.label));
  }
  return conditions;
}

/** Ids of agents that had certain labels at a moment. */
function labelledSql(moment: Moment) {
  const tables = { current: agentLabelsTable, history: agentLabelsHistoryTable };
  const { sql, bindings } = temporalSource(tables, ['agent_id', 'tenant', 'labels'], moment, 'l');
  return { sql: `select l.agent_id from ${sql} where l.tenant = ? and l.labels @> ?::jsonb`, bindings };
}

function labelsOf(pairs: readonly string[]): string {
  const entries = pairs.map((pair): [string, string] => {
    const end = pair.indexOf(':');
    return end < 0 ? [pair, ''] : [pair.slice(0, end), pair.slice(end + 1)];
  });
  return JSON.stringify(Object.fromEntries(entries)).toWellFormed().replaceAll('\\u0000', '');
}
