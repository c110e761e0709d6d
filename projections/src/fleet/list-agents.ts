import { fromCursor, type Page, type PageRequest, toCursor, toPage } from '../reading/cursor.ts';
import { type Moment, temporalSource } from '../reading/moment.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { versionNamesOf } from '../configurations/version-names.ts';
import { type AgentFilter, conditionsOf, listColumns } from './agent-filter.ts';
import { agentHistoryTable, agentTable, type DriftState } from './agent-row.ts';
import { pastPageStatement } from './past-page.ts';

export interface VersionRef {
  readonly configurationId: string;
  readonly name: string;
  readonly version: number;
}

/** One agent of the fleet's list, as the API gives it. */
export interface AgentListRow {
  readonly id: string;
  readonly instanceUid: string;
  readonly displayName: string;
  readonly agentType: string;
  readonly agentVersion: string;
  readonly hostName: string;
  readonly osType: string;
  readonly connected: boolean;
  readonly transport: 'websocket' | 'http' | null;
  readonly healthy: boolean | null;
  readonly healthStatus: string;
  readonly lastError: string;
  readonly flapping: boolean;
  readonly driftState: DriftState;
  readonly lastSeenAt: string | null;
  readonly assigned: VersionRef | null;
  readonly assignedHash: string | null;
  readonly effectiveHash: string | null;
  readonly remoteConfigStatus: 'unset' | 'applied' | 'applying' | 'failed';
  readonly enrolledAt: string;
  readonly stateSince: string;
  readonly statePosition: string;
}

const lastSeen = 'coalesce(p.last_seen_at, a.from_at)';
const sortKeys = {
  displayName: ['a.display_name', 'text'],
  agentType: ['a.agent_type', 'text'],
  agentVersion: ['a.agent_version', 'text'],
  hostName: ['a.host_name', 'text'],
  connected: ['a.connected', 'boolean'],
  healthy: ['coalesce(a.healthy::int, -1)', 'integer'],
  driftState: ['a.drift_state', 'text'],
  remoteConfigStatus: ['a.remote_config_status', 'text'],
  lastSeenAt: [lastSeen, 'timestamptz'],
  // Times never go back along positions, so that both give the same order.
  stateSince: ['a.from_position', 'bigint'],
  enrolledAt: ['a.enrolled_at', 'timestamptz'],
} as const;
export type AgentSortKey = keyof typeof sortKeys;
export type AgentSort = AgentSortKey | `-${AgentSortKey}`;

export interface StoredAgent {
  readonly agent_id: string;
  readonly instance_uid: string;
  readonly display_name: string;
  readonly agent_type: string;
  readonly agent_version: string;
  readonly host_name: string;
  readonly os_type: string;
  readonly connected: boolean;
  readonly transport: 'websocket' | 'http' | null;
  readonly healthy: boolean | null;
  readonly health_status: string;
  readonly last_error: string;
  readonly flapping: boolean;
  readonly drift_state: DriftState;
  readonly assigned_configuration_id: string | null;
  readonly assigned_version: number | null;
  readonly assigned_hash: string | null;
  readonly effective_hash: string | null;
  readonly remote_config_status: AgentListRow['remoteConfigStatus'];
  readonly enrolled_at: Date;
  readonly from_position: string;
  readonly from_at: Date;
  readonly last_seen_at: Date | null;
}

export function agentSource(moment: Moment) {
  return temporalSource({ current: agentTable, history: agentHistoryTable }, listColumns, moment, 'a');
}

export interface AgentsRequest extends PageRequest {
  readonly filter?: AgentFilter;
  readonly sort?: AgentSort;
}

/** The statement of a fleet page, so that a spec can have it explained. */
export function agentsStatement(
  tenant: string,
  request: AgentsRequest,
  moment: Moment,
): { readonly sql: string; readonly bindings: readonly unknown[] } {
  const { sort = 'displayName', filter = {} } = request;
  const descending = sort.startsWith('-');
  const [expression, type] = sortKeys[sort.replace('-', '') as AgentSortKey];
  const source = agentSource(moment);
  const conditions = [...conditionsOf(tenant, filter, moment)];
  if (request.cursor !== undefined) {
    const [value, id] = fromCursor(request.cursor, sort, 2);
    conditions.push({
      sql: `(${expression}, a.agent_id) ${descending ? '<' : '>'} (?::${type}, ?::uuid)`,
      bindings: [value, id],
    });
  }
  const direction = descending ? 'desc' : 'asc';
  const presence = moment.live ? 'left join ampora_presence p on p.agent_id = a.agent_id' : '';
  const seen = moment.live ? lastSeen : 'a.from_at';
  const key = moment.live ? expression : expression.replace(lastSeen, 'a.from_at');
  const where = conditions.map(({ sql }) => sql.replace(lastSeen, seen)).join(' and ');
  return {
    sql: `select ${listColumns.map((column) => `a.${column}`).join(', ')}, ${seen} as last_seen_at,
        (${key})::text as sort_value
      from ${source.sql} ${presence}
      where ${where} order by ${key} ${direction}, a.agent_id ${direction} limit ?`,
    bindings: [...source.bindings, ...conditions.flatMap(({ bindings }) => bindings), request.limit + 1],
  };
}

type SortedAgent = StoredAgent & { readonly sort_value: string };

async function readPage(
  context: ReadContext,
  request: AgentsRequest,
  moment: Moment,
): Promise<readonly SortedAgent[]> {
  const walk = pastPageStatement(context.tenant, request, moment);
  if (walk) {
    const rows = await select<SortedAgent>(context, walk.sql, walk.bindings);
    if (walk.isWhole || rows.length > request.limit) return rows;
  }
  const { sql, bindings } = agentsStatement(context.tenant, request, moment);
  return select<SortedAgent>(context, sql, bindings);
}

export async function listAgents(
  context: ReadContext,
  request: AgentsRequest,
  moment: Moment,
): Promise<Page<AgentListRow>> {
  const rows = await readPage(context, request, moment);
  const names = await versionNamesOf(context, rows);
  return toPage(
    rows,
    request.limit,
    ({ sort_value, agent_id }) => toCursor(request.sort ?? 'displayName', [sort_value, agent_id]),
    (row) => toAgentRow(row, names),
  );
}

export function toVersionRef(
  row: Pick<StoredAgent, 'assigned_configuration_id' | 'assigned_version'>,
  names: ReadonlyMap<string, string>,
): VersionRef | null {
  const { assigned_configuration_id: configurationId, assigned_version: version } = row;
  if (configurationId === null || version === null) return null;
  return { configurationId, name: names.get(configurationId) ?? '', version };
}

export function toAgentRow(row: StoredAgent, names: ReadonlyMap<string, string>): AgentListRow {
  return {
    id: row.agent_id,
    instanceUid: row.instance_uid,
    displayName: row.display_name,
    agentType: row.agent_type,
    agentVersion: row.agent_version,
    hostName: row.host_name,
    osType: row.os_type,
    connected: row.connected,
    transport: row.transport,
    healthy: row.healthy,
    healthStatus: row.health_status,
    lastError: row.last_error,
    flapping: row.flapping,
    driftState: row.drift_state,
    lastSeenAt: toIso(row.last_seen_at),
    assigned: toVersionRef(row, names),
    assignedHash: row.assigned_hash,
    effectiveHash: row.effective_hash,
    remoteConfigStatus: row.remote_config_status,
    enrolledAt: toIso(row.enrolled_at),
    stateSince: toIso(row.from_at),
    statePosition: row.from_position,
  };
}
