import { type ReadContext, select } from '../reading/read-context.ts';
import { agentFacetTable, agentTable } from './agent-row.ts';

export type BuildsOf = { readonly agentId: string } | { readonly groupId: string } | { readonly all: true };

/** Agents that report one list of components; a `contentHash` of null counts those that have told none. */
export interface ReportedBuild {
  readonly contentHash: string | null;
  readonly agents: number;
}

/** What agents were built with, by how many: one probe of an index for each agent asked about. */
export async function componentBuilds(
  { knex, tenant }: Pick<ReadContext, 'knex' | 'tenant'>,
  of: BuildsOf,
): Promise<readonly ReportedBuild[]> {
  const [where, ...bindings] =
    'agentId' in of
      ? ['and a.agent_id = ?::uuid', of.agentId]
      : 'groupId' in of
        ? ['and a.group_id = ?::uuid', of.groupId]
        : [''];
  return select<ReportedBuild>(
    { knex },
    `select f.value ->> 'contentHash' as "contentHash", count(*)::int as agents
      from read.${agentTable} a left join lateral (
        select value from read.${agentFacetTable} f where f.agent_id = a.agent_id and f.facet = 'components'
        order by f.from_position desc limit 1) f on true
      where a.tenant = ? ${where} group by 1 order by 2 desc, 1`,
    [tenant, ...bindings],
  );
}
