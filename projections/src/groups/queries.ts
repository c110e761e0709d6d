import { versionNamesOf } from '../configurations/version-names.ts';
import { agentHistoryTable, agentLeavingTable, agentTable } from '../fleet/agent-row.ts';
import type { VersionRef } from '../fleet/list-agents.ts';
import { fromCursor, type Page, type PageRequest, toCursor, toPage } from '../reading/cursor.ts';
import { type Moment, temporalSource } from '../reading/moment.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { groupSource } from './group-source.ts';

/** One group, as the API gives it. */
export interface GroupListRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly mode: 'static' | 'dynamic';
  readonly selector: string | null;
  readonly priority: number;
  readonly autoApply: boolean;
  readonly members: number;
  readonly connected: number;
  readonly healthy: number;
  readonly inSync: number;
  readonly assigned: VersionRef | null;
  readonly assignedHash: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly revision: number;
  readonly position: string;
}

interface StoredGroup {
  readonly group_id: string;
  readonly name: string;
  readonly name_key: string;
  readonly description: string;
  readonly mode: 'static' | 'dynamic';
  readonly selector: string | null;
  readonly priority: number;
  readonly auto_apply: boolean;
  readonly assigned_configuration_id: string | null;
  readonly assigned_version: number | null;
  readonly assigned_hash: string | null;
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly deleted_at: Date | null;
  readonly deleted_position: string | null;
  readonly revision: number;
  readonly changed_position: string;
}

export interface GroupsRequest extends PageRequest {
  readonly search?: string | undefined;
  readonly mode?: 'static' | 'dynamic' | undefined;
  readonly deleted?: boolean | undefined;
}

/** Groups by name: those that live, or those that are deleted. */
export async function listGroups(
  context: ReadContext,
  { search, mode, deleted = false, limit, cursor }: GroupsRequest,
  moment: Moment,
): Promise<Page<GroupListRow>> {
  const source = groupSource(moment);
  const conditions = ['g.tenant = ?', deleted ? 'g.deleted_at is not null' : 'g.deleted_at is null'];
  const bindings: unknown[] = [...source.bindings, context.tenant];
  if (search?.trim()) {
    const escaped = search
      .trim()
      .toLowerCase()
      .replace(/[\\%_]/g, String.raw`\$&`);
    conditions.push('g.name_key like ?');
    bindings.push(`%${escaped.toWellFormed().replaceAll('\0', '')}%`);
  }
  if (mode) {
    conditions.push('g.mode = ?');
    bindings.push(mode);
  }
  if (cursor !== undefined) {
    conditions.push('(g.name_key, g.group_id) > (?, ?::uuid)');
    bindings.push(...fromCursor(cursor, 'group', 2));
  }
  const rows = await select<StoredGroup>(
    context,
    `select g.* from ${source.sql} where ${conditions.join(' and ')} order by g.name_key, g.group_id limit ?`,
    [...bindings, limit + 1],
  );
  const items = await toRows(context, rows.slice(0, limit), moment);
  const { next } = toPage(
    rows,
    limit,
    ({ name_key, group_id }) => toCursor('group', [name_key, group_id]),
    ({ group_id }) => group_id,
  );
  return { items, next };
}

export async function getGroup(
  context: ReadContext,
  groupId: string,
  moment: Moment,
): Promise<GroupListRow | undefined> {
  const source = groupSource(moment);
  const rows = await select<StoredGroup>(
    context,
    `select g.* from ${source.sql} where g.tenant = ? and g.group_id = ?::uuid`,
    [...source.bindings, context.tenant, groupId],
  );
  const [row] = await toRows(context, rows, moment);
  return row;
}

async function toRows(
  context: ReadContext,
  rows: readonly StoredGroup[],
  moment: Moment,
): Promise<readonly GroupListRow[]> {
  const [counts, names] = await Promise.all([
    countMembers(
      context,
      rows.map(({ group_id }) => group_id),
      moment,
    ),
    versionNamesOf(context, rows),
  ]);
  return rows.map((row) => {
    const { assigned_configuration_id: configurationId, assigned_version: version } = row;
    return {
      id: row.group_id,
      name: row.name,
      description: row.description,
      mode: row.mode,
      selector: row.selector,
      priority: row.priority,
      autoApply: row.auto_apply,
      ...(counts.get(row.group_id) ?? { members: 0, connected: 0, healthy: 0, inSync: 0 }),
      assigned:
        configurationId === null || version === null
          ? null
          : { configurationId, name: names.get(configurationId) ?? '', version },
      assignedHash: row.assigned_hash,
      createdAt: toIso(row.created_at),
      createdBy: row.created_by,
      updatedAt: toIso(row.updated_at),
      deletedAt: toIso(row.deleted_at),
      revision: row.revision,
      position: row.changed_position,
    };
  });
}

type MemberCounts = Pick<GroupListRow, 'members' | 'connected' | 'healthy' | 'inSync'>;

/** The statement of the counts, so that a spec can have it explained: an index has all that is counted. */
export function countMembersStatement(groupIds: readonly string[], moment: Moment) {
  const tables = { current: agentTable, history: agentHistoryTable };
  const source = temporalSource(tables, ['group_id', 'connected', 'healthy', 'drift_state'], moment, 'a');
  return {
    sql: `select a.group_id, count(*)::int as members, count(*) filter (where a.connected)::int as connected,
        count(*) filter (where a.healthy)::int as healthy,
        count(*) filter (where a.drift_state = 'in-sync')::int as "inSync"
      from ${source.sql} where a.group_id = any(?::uuid[]) group by a.group_id`,
    bindings: [...source.bindings, [...groupIds]],
  };
}

async function countMembers(
  context: ReadContext,
  groupIds: readonly string[],
  moment: Moment,
): Promise<ReadonlyMap<string, MemberCounts>> {
  if (groupIds.length === 0) return new Map();
  const { sql, bindings } = countMembersStatement(groupIds, moment);
  const rows = await select<MemberCounts & { readonly group_id: string }>(context, sql, bindings);
  return new Map(rows.map(({ group_id, ...counts }) => [group_id, counts]));
}

export interface FormerMembers {
  readonly count: number;
  /** Those that are in no group now, a limited number of them. */
  readonly free: readonly string[];
  readonly elsewhere: number;
}

/** Who was in a group right before it was deleted, or undefined when it is not. */
export async function formerMembers(
  context: ReadContext,
  groupId: string,
  deletedPosition: bigint,
  limit: number,
): Promise<FormerMembers> {
  const moment: Moment = { live: false, position: deletedPosition - 1n, atMs: 0 };
  const tables = { current: agentTable, history: agentHistoryTable };
  const source = temporalSource(tables, ['agent_id', 'tenant', 'group_id'], moment, 'f');
  const rows = await select<{ agent_id: string; is_free: boolean; count: number; free: number }>(
    context,
    `select f.agent_id, a.group_id is null as is_free, count(*) over ()::int as count,
       (count(*) filter (where a.group_id is null) over ())::int as free
     from ${source.sql} join read.${agentTable} a on a.agent_id = f.agent_id
     where f.tenant = ? and f.group_id = ?::uuid order by (a.group_id is null) desc, f.agent_id limit ?`,
    [...source.bindings, context.tenant, groupId, limit],
  );
  const [first] = rows;
  const count = first?.count ?? 0;
  return {
    count,
    free: rows.filter(({ is_free }) => is_free).map(({ agent_id }) => agent_id),
    elsewhere: count - (first?.free ?? 0),
  };
}

export interface Leaving {
  readonly agentId: string;
  readonly groupId: string;
}

/** Agents whose group is gone, and of whom the log does not say yet that they have left it. */
export async function listLeaving(context: ReadContext, limit: number): Promise<readonly Leaving[]> {
  return select<Leaving>(
    context,
    `select agent_id as "agentId", group_id as "groupId" from read.${agentLeavingTable}
     where tenant = ? order by group_id, agent_id limit ?`,
    [context.tenant, limit],
  );
}

/** Of these agents, those that are in the fleet. */
export async function knownAgents(
  context: ReadContext,
  agentIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await select<{ agent_id: string }>(
    context,
    `select agent_id from read.${agentTable} where tenant = ? and agent_id = any(?::uuid[])`,
    [context.tenant, [...agentIds]],
  );
  return new Set(rows.map(({ agent_id }) => agent_id));
}
