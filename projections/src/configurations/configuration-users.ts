import { allAgents, assignmentTable, groupTarget } from '../assignments/assignment-row.ts';
import { agentNamesOf } from '../fleet/agent-names.ts';
import { groupNamesOf } from '../groups/group-names.ts';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';

export interface ConfigurationUser {
  readonly kind: 'agent' | 'group' | 'fleet';
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

export interface ConfigurationUsers {
  readonly count: number;
  /** The fleet first, then the newest; at most `mostUsers`. */
  readonly users: readonly ConfigurationUser[];
}

const mostUsers = 50;

/** Who was told to run a version of a configuration, or any of them, as the read models stand. */
export async function listConfigurationUsers(
  context: ReadContext,
  configurationId: string,
  version: number | undefined,
  moment: Moment,
): Promise<ConfigurationUsers> {
  const rows = await select<{ target: string; version: number; count: number }>(
    context,
    `select target, version, count(*) over ()::int as count from read.${assignmentTable}
     where configuration_id = ?::uuid and tenant = ? and (?::int is null or version = ?::int)
     order by target = ? desc, assigned_position desc limit ?`,
    [configurationId, context.tenant, version ?? null, version ?? null, allAgents, mostUsers],
  );
  const users = rows.map(({ target, version: used }) => ({ ...toUser(target), version: used }));
  const idsOf = (kind: ConfigurationUser['kind']) =>
    users.flatMap((user) => (user.kind === kind ? [user.id] : []));
  const [agents, groups] = await Promise.all([
    agentNamesOf(context, idsOf('agent'), moment),
    groupNamesOf(context, idsOf('group'), moment),
  ]);
  return {
    count: rows[0]?.count ?? 0,
    users: users.map((user) => ({
      ...user,
      name: agents.get(user.id) ?? groups.get(user.id) ?? user.name,
    })),
  };
}

function toUser(target: string): Omit<ConfigurationUser, 'version'> {
  if (target === allAgents) return { kind: 'fleet', id: allAgents, name: 'All agents' };
  if (!target.startsWith(groupTarget)) return { kind: 'agent', id: target, name: target };
  const id = target.slice(groupTarget.length);
  return { kind: 'group', id, name: id };
}
