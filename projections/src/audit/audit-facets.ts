import { END_OF_TIME, type Position } from '@ampora/kernel';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import { auditTable } from './audit-row.ts';

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

export interface AuditFacets {
  readonly actors: readonly FacetValue[];
  readonly actions: readonly FacetValue[];
  readonly entityTypes: readonly FacetValue[];
  readonly countsUpTo: number;
}

const mostValues = 100;
const countsUpTo = 1_000;

/**
 * Values of an indexed column and how often each occurs: from value to value by the index, and no further into each
 * than is counted. `afterAgents` leaps over the agents, which would be as many as the fleet.
 */
export function facetStatement(
  column: 'actor' | 'action' | 'entity_type',
  tenant: string,
  upTo: Position = END_OF_TIME,
) {
  const next = (after: string) =>
    `(select e.${column} from read.${auditTable} e where e.tenant = ? and e.${column} > ${after} order by e.${column} limit 1)`;
  const leap = `case when v.value like 'agent:%' then 'agent;' else v.value end`;
  return {
    sql: `with recursive v(value) as (
        select ${next(`''`)} union all select ${next(leap)} from v where v.value is not null),
      known as (select value from v where value is not null and value not like 'agent:%' limit ${mostValues})
      select known.value, counted.count from known cross join lateral (
        select count(*)::int as count from (select from read.${auditTable} e
          where e.tenant = ? and e.${column} = known.value and e.position <= ?::bigint limit ${countsUpTo}) found) counted
      where counted.count > 0 order by counted.count desc, known.value`,
    bindings: [tenant, tenant, tenant, String(upTo)],
  };
}

export async function auditFacets(context: ReadContext, moment?: Moment): Promise<AuditFacets> {
  const upTo = moment && !moment.live ? moment.position : END_OF_TIME;
  const valuesOf = async (column: 'actor' | 'action' | 'entity_type') => {
    const { sql, bindings } = facetStatement(column, context.tenant, upTo);
    return select<FacetValue>(context, sql, bindings);
  };
  const [actors, actions, entityTypes] = await Promise.all([
    valuesOf('actor'),
    valuesOf('action'),
    valuesOf('entity_type'),
  ]);
  return { actors, actions, entityTypes, countsUpTo };
}
