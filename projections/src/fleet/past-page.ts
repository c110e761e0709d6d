import { descriptionHistoryTable, descriptionTable } from '../agent-descriptions/description-row.ts';
import { fromCursor } from '../reading/cursor.ts';
import type { Moment } from '../reading/moment.ts';
import { agentHistoryTable, agentTable } from './agent-row.ts';
import { type AgentFilter, conditionsOf, listColumns } from './agent-filter.ts';

/** Orders by what an agent is, which are kept for all of history. */
const orders: Readonly<Record<string, readonly [column: string, type: string]>> = {
  displayName: ['display_name', 'text'],
  agentType: ['agent_type', 'text'],
  agentVersion: ['agent_version', 'text'],
  hostName: ['host_name', 'text'],
  enrolledAt: ['enrolled_at', 'timestamptz'],
};

/** Agents looked at in their order, to find a page of those that were in a certain state. */
const walked = 1_000;

export interface PastPageRequest {
  readonly sort?: string;
  readonly filter?: AgentFilter;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface PastPage {
  readonly sql: string;
  readonly bindings: readonly unknown[];
  /** False when agents in the wanted state may be further along than was walked. */
  readonly isWhole: boolean;
}

/**
 * A page of the past in the order of what agents are: walks that order by an index, and probes the state of each agent
 * on the way. What it costs goes with the page, not with the fleet and its history. `undefined` for other orders.
 */
export function pastPageStatement(
  tenant: string,
  { sort = 'displayName', filter = {}, cursor, limit }: PastPageRequest,
  moment: Moment,
): PastPage | undefined {
  const order = orders[sort.replace('-', '')];
  if (moment.live || !order) return undefined;
  const [column, type] = order;
  const descending = sort.startsWith('-');
  const direction = descending ? 'desc' : 'asc';
  const { agentType, agentVersion, osType, ...state } = filter;
  const ofState = conditionsOf(tenant, state, moment);
  // The tenant is always among them.
  const isWhole = ofState.length === 1;
  const ofDescription = [...conditionsOf(tenant, { agentType, agentVersion, osType }, moment)];
  if (cursor !== undefined) {
    const [value, id] = fromCursor(cursor, sort, 2);
    ofDescription.push({
      sql: `(a.${column}, a.agent_id) ${descending ? '<' : '>'} (?::${type}, ?::uuid)`,
      bindings: [value, id],
    });
  }
  const position = String(moment.position);
  const columns = listColumns.join(', ');
  const all = (conditions: readonly { readonly sql: string }[]) =>
    conditions.map(({ sql }) => sql).join(' and ');
  const wanted = isWhole ? limit + 1 : walked;
  // Each table in its order and no further: PostgreSQL does not carry an order into a union by itself.
  const walk = (table: string, then: string) =>
    `(select a.agent_id, a.${column} as sort_key from read.${table} a where ${all(ofDescription)} and ${then}
      order by a.${column} ${direction}, a.agent_id ${direction} limit ?)`;
  const ofWalk = ofDescription.flatMap(({ bindings }) => bindings);
  return {
    isWhole,
    sql: `select a.*, a.from_at as last_seen_at, d.sort_key::text as sort_value from (
        select * from (${walk(descriptionTable, 'a.from_position <= ?::bigint')}
          union all ${walk(descriptionHistoryTable, 'a.from_position <= ?::bigint and a.to_position > ?::bigint')}) d
        order by d.sort_key ${direction}, d.agent_id ${direction} limit ?) d
      cross join lateral (
        select ${columns} from read.${agentTable} where agent_id = d.agent_id and from_position <= ?::bigint
        union all
        select ${columns} from (select * from read.${agentHistoryTable}
          where agent_id = d.agent_id and from_position <= ?::bigint order by from_position desc limit 1) h
        where h.to_position > ?::bigint) a
      where ${all(ofState)} order by d.sort_key ${direction}, d.agent_id ${direction} limit ?`,
    bindings: [
      ...[...ofWalk, position, wanted],
      ...[...ofWalk, position, position, wanted],
      ...[wanted, position, position, position],
      ...ofState.flatMap(({ bindings }) => bindings),
      limit + 1,
    ],
  };
}
