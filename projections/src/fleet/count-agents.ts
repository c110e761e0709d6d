import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import { type AgentFilter, conditionsOf } from './agent-filter.ts';
import { agentSource } from './list-agents.ts';

/** How many agents share these values. */
export interface AgentCount {
  readonly connected: boolean;
  readonly healthy: boolean | null;
  readonly flapping: boolean;
  readonly drift_state: string;
  readonly remote_config_status: string;
  readonly agent_type: string;
  readonly agent_version: string;
  readonly os_type: string;
  readonly group_id: string | null;
  readonly count: number;
}

const columns =
  'connected, healthy, flapping, drift_state, remote_config_status, agent_type, agent_version, os_type, group_id';

/** One pass over the fleet, from which every facet and total can be added up: combinations are few, agents are many. */
export async function countAgents(
  context: ReadContext,
  filter: Pick<AgentFilter, 'search' | 'configurationId' | 'label'>,
  moment: Moment,
): Promise<readonly AgentCount[]> {
  const source = agentSource(moment);
  const { search, configurationId, label } = filter;
  const conditions = conditionsOf(context.tenant, { search, configurationId, label }, moment);
  return select<AgentCount>(
    context,
    `select ${columns}, count(*)::int as count from ${source.sql}
     where ${conditions.map(({ sql }) => sql).join(' and ')} group by ${columns}`,
    [...source.bindings, ...conditions.flatMap(({ bindings }) => bindings)],
  );
}

interface Facet {
  readonly valueOf: (count: AgentCount) => string;
  readonly wanted: (filter: AgentFilter) => readonly string[] | undefined;
}

function one(value: boolean | string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [String(value)];
}

const facets: Readonly<Record<string, Facet>> = {
  connected: { valueOf: ({ connected }) => String(connected), wanted: ({ connected }) => one(connected) },
  healthy: {
    valueOf: ({ healthy }) => (healthy === null ? 'unknown' : String(healthy)),
    wanted: ({ healthy }) => one(healthy),
  },
  flapping: { valueOf: ({ flapping }) => String(flapping), wanted: ({ flapping }) => one(flapping) },
  driftState: { valueOf: (count) => count.drift_state, wanted: ({ driftState }) => driftState },
  remoteConfigStatus: {
    valueOf: (count) => count.remote_config_status,
    wanted: ({ remoteConfigStatus }) => remoteConfigStatus,
  },
  agentType: { valueOf: (count) => count.agent_type, wanted: ({ agentType }) => agentType },
  agentVersion: { valueOf: (count) => count.agent_version, wanted: ({ agentVersion }) => agentVersion },
  groupId: { valueOf: ({ group_id }) => group_id ?? 'none', wanted: ({ groupId }) => one(groupId) },
  osType: { valueOf: (count) => count.os_type, wanted: ({ osType }) => osType },
};

export interface FleetFacets {
  readonly total: number;
  readonly facets: Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;
}

const shownValues = 200;

/** Counts per value, the most frequent first; each facet ignores its own filter. */
export async function countFacets(
  context: ReadContext,
  filter: AgentFilter,
  moment: Moment,
): Promise<FleetFacets> {
  const counts = await countAgents(context, filter, moment);
  const matches = (count: AgentCount, except?: string) =>
    Object.entries(facets).every(([name, { valueOf, wanted }]) => {
      const values = name === except ? undefined : wanted(filter);
      return !values || values.length === 0 || values.includes(valueOf(count));
    });
  const add = (chosen: readonly AgentCount[]) => chosen.reduce((sum, { count }) => sum + count, 0);
  const perFacet = Object.entries(facets).map(([name, { valueOf }]) => {
    const sums = new Map<string, number>();
    for (const count of counts) {
      if (!matches(count, name)) continue;
      sums.set(valueOf(count), (sums.get(valueOf(count)) ?? 0) + count.count);
    }
    const values = [...sums]
      .map(([value, count]) => ({ value, count }))
      .toSorted((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1));
    return [name, values.slice(0, shownValues)] as const;
  });
  return {
    total: add(counts.filter((count) => matches(count))),
    facets: Object.fromEntries(perFacet),
  };
}
