import { allAgents, assignmentTable } from '../assignments/assignment-row.ts';
import { agentNamesOf } from '../fleet/agent-names.ts';
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
  const agentIds = rows.map(({ target }) => target).filter((target) => target !== allAgents);
  const names = await agentNamesOf(context, agentIds, moment);
  return {
    count: rows[0]?.count ?? 0,
    users: rows.map(({ target, version: used }) =>
      target === allAgents
        ? { kind: 'fleet', id: allAgents, name: 'All agents', version: used }
        : { kind: 'agent', id: target, name: names.get(target) ?? target, version: used },
    ),
  };
}
