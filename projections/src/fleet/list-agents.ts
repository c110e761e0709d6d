import type { Labels } from '@ampora/domain';
import { fromCursor, type Page, type PageRequest, toCursor, toPage } from '../reading/cursor.ts';
import { type Moment, temporalSource } from '../reading/moment.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { versionNamesOf } from '../configurations/version-names.ts';
import { type AgentFilter, conditionsOf, listColumns } from './agent-filter.ts';
import { groupNamesOf } from '../groups/group-names.ts';
import {
  agentHistoryTable,
  agentLabelsHistoryTable,
  agentLabelsTable,
  agentTable,
  type AssignedScope,
  type DriftState,
} from './agent-row.ts';
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
  /** Whose assignment that is. */
  readonly assignedBy: AssignedScope | null;
  readonly groupId: string | null;
  readonly groupName: string | null;
  /** Those that the server gives it. */
  readonly labels: Labels;
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
  readonly assigned_scope: AssignedScope | null;
  readonly assigned_hash: string | null;
  readonly group_id: string | null;
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
  const names = await namesFor(context, rows, moment);
  return toPage(
    rows,
    request.limit,
    ({ sort_value, agent_id }) => toCursor(request.sort ?? 'displayName', [sort_value, agent_id]),
    (row) => toAgentRow(row, names),
  );
}

/** What the rows of a page refer to. */
export interface RowNames {
  readonly versions: ReadonlyMap<string, string>;
  readonly groups: ReadonlyMap<string, string>;
  /** By agent. */
  readonly labels: ReadonlyMap<string, Labels>;
}

export async function namesFor(
  context: ReadContext,
  rows: readonly StoredAgent[],
  moment: Moment,
): Promise<RowNames> {
  const groupIds = rows.flatMap(({ group_id }) => group_id ?? []);
  const [versions, groups, labels] = await Promise.all([
    versionNamesOf(context, rows),
    groupNamesOf(context, groupIds, moment),
    ownLabelsOf(
      context,
      rows.map(({ agent_id }) => agent_id),
      moment,
    ),
  ]);
  return { versions, groups, labels };
}

/** The labels that the server gave these agents at a moment: two probes of an index for each. */
async function ownLabelsOf(
  context: Pick<ReadContext, 'knex'>,
  agentIds: readonly string[],
  moment: Moment,
): Promise<ReadonlyMap<string, Labels>> {
  if (agentIds.length === 0) return new Map();
  const position = String(moment.position);
  const found = moment.live
    ? await select<{ agent_id: string; own: Labels }>(
        context,
        `select agent_id, own from read.${agentLabelsTable} where agent_id = any(?::uuid[])`,
        [agentIds],
      )
    : await select<{ agent_id: string; own: Labels }>(
        context,
        `select i.agent_id, l.own from unnest(?::uuid[]) as i(agent_id) cross join lateral (
           select own from read.${agentLabelsTable} where agent_id = i.agent_id and from_position <= ?::bigint
           union all
           select own from (select own, to_position from read.${agentLabelsHistoryTable}
             where agent_id = i.agent_id and from_position <= ?::bigint order by from_position desc limit 1) h
           where h.to_position > ?::bigint) l`,
        [agentIds, position, position, position],
      );
  return new Map(found.map(({ agent_id, own }) => [agent_id, own]));
}

export function toVersionRef(
  row: Pick<StoredAgent, 'assigned_configuration_id' | 'assigned_version'>,
  names: ReadonlyMap<string, string>,
): VersionRef | null {
  const { assigned_configuration_id: configurationId, assigned_version: version } = row;
  if (configurationId === null || version === null) return null;
  return { configurationId, name: names.get(configurationId) ?? '', version };
}

export function toAgentRow(row: StoredAgent, { versions, groups, labels }: RowNames): AgentListRow {
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
    assigned: toVersionRef(row, versions),
    assignedHash: row.assigned_hash,
    assignedBy: row.assigned_scope,
    groupId: row.group_id,
    groupName: row.group_id === null ? null : (groups.get(row.group_id) ?? ''),
    labels: labels.get(row.agent_id) ?? {},
    effectiveHash: row.effective_hash,
    remoteConfigStatus: row.remote_config_status,
    enrolledAt: toIso(row.enrolled_at),
    stateSince: toIso(row.from_at),
    statePosition: row.from_position,
  };
}
