import { versionNamesOf } from '../configurations/version-names.ts';
import { agentNamesOf } from '../fleet/agent-names.ts';
import type { VersionRef } from '../fleet/list-agents.ts';
import { fromCursor, type Page, type PageRequest, toCursor, toPage } from '../reading/cursor.ts';
import { type Moment, temporalSource } from '../reading/moment.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { groupNamesOf } from '../groups/group-names.ts';
import { allAgents, assignmentHistoryTable, assignmentTable, groupTarget } from './assignment-row.ts';

export interface AssignmentListRow {
  readonly target: { readonly agentId: string } | { readonly groupId: string } | { readonly all: true };
  readonly displayName: string;
  readonly assigned: VersionRef;
  readonly configHash: string;
  readonly assignedAt: string;
  readonly assignedBy: string;
  readonly position: string;
}

interface StoredAssignment {
  readonly target: string;
  readonly configuration_id: string;
  readonly version: number;
  readonly config_hash: string;
  readonly assigned_at: Date;
  readonly assigned_by: string;
  readonly assigned_position: string;
}

export interface AssignmentsRequest extends PageRequest {
  readonly configurationId?: string | undefined;
}

const columns =
  'tenant target configuration_id version config_hash assigned_at assigned_by assigned_position'.split(' ');

function assignmentSource(moment: Moment) {
  const tables = { current: assignmentTable, history: assignmentHistoryTable };
  return temporalSource(tables, columns, moment, 's');
}

/** Who was told to run what, the newest first. */
export async function listAssignments(
  context: ReadContext,
  { configurationId, limit, cursor }: AssignmentsRequest,
  moment: Moment,
): Promise<Page<AssignmentListRow>> {
  const source = assignmentSource(moment);
  const conditions = ['s.tenant = ?'];
  const bindings: unknown[] = [...source.bindings, context.tenant];
  if (configurationId) {
    conditions.push('s.configuration_id = ?::uuid');
    bindings.push(configurationId);
  }
  if (cursor !== undefined) {
    conditions.push('s.assigned_position < ?::bigint');
    bindings.push(...fromCursor(cursor, 'newest', 1));
  }
  const rows = await select<StoredAssignment>(
    context,
    `select s.* from ${source.sql} where ${conditions.join(' and ')} order by s.assigned_position desc limit ?`,
    [...bindings, limit + 1],
  );
  const names = await versionNamesOf(
    context,
    rows.map((row) => ({ assigned_configuration_id: row.configuration_id })),
  );
  const targets = rows.map(({ target }) => toTarget(target));
  const [agents, groups] = await Promise.all([
    agentNamesOf(
      context,
      targets.flatMap((target) => ('agentId' in target ? target.agentId : [])),
      moment,
    ),
    groupNamesOf(
      context,
      targets.flatMap((target) => ('groupId' in target ? target.groupId : [])),
      moment,
    ),
  ]);
  const nameOf = (target: AssignmentListRow['target']) => {
    if ('groupId' in target) return groups.get(target.groupId) ?? target.groupId;
    return 'agentId' in target ? (agents.get(target.agentId) ?? target.agentId) : 'All agents';
  };
  return toPage(
    rows,
    limit,
    ({ assigned_position }) => toCursor('newest', [assigned_position]),
    (row) => ({
      target: toTarget(row.target),
      displayName: nameOf(toTarget(row.target)),
      assigned: toRef(row, names),
      configHash: row.config_hash,
      assignedAt: toIso(row.assigned_at),
      assignedBy: row.assigned_by,
      position: row.assigned_position,
    }),
  );
}

function toTarget(target: string): AssignmentListRow['target'] {
  if (target === allAgents) return { all: true };
  if (target.startsWith(groupTarget)) return { groupId: target.slice(groupTarget.length) };
  return { agentId: target };
}

function toRef(row: StoredAssignment, names: ReadonlyMap<string, string>): VersionRef {
  const { configuration_id: configurationId, version } = row;
  return { configurationId, name: names.get(configurationId) ?? '', version };
}

/** What all agents without an assignment of their own were told to run. */
export async function fleetAssignmentOf(
  context: ReadContext,
  moment: Moment,
): Promise<VersionRef | undefined> {
  const source = assignmentSource(moment);
  const [row] = await select<StoredAssignment>(
    context,
    `select s.* from ${source.sql} where s.tenant = ? and s.target = ?`,
    [...source.bindings, context.tenant, allAgents],
  );
  if (!row) return undefined;
  const names = await versionNamesOf(context, [{ assigned_configuration_id: row.configuration_id }]);
  return toRef(row, names);
}
