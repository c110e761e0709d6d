import type { Page, PageRequest } from '../reading/cursor.ts';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import { type DriftState, driftStates } from './agent-row.ts';
import { type AgentDrift, driftsOf, type ExplainRejection } from './get-agent.ts';
import { agentSource, listAgents, type VersionRef } from './list-agents.ts';

export interface DriftListRow {
  readonly agentId: string;
  readonly displayName: string;
  readonly agentType: string;
  readonly connected: boolean;
  readonly healthy: boolean | null;
  readonly assigned: VersionRef | null;
  readonly remoteConfigStatus: string;
  readonly errorMessage: string;
  readonly drift: AgentDrift;
}

export interface DriftRequest extends PageRequest {
  /** Default: pending, rejected, changed, unhealthy. */
  readonly state?: readonly string[] | undefined;
  readonly configurationId?: string | undefined;
}

const drifting: readonly DriftState[] = ['pending', 'rejected', 'changed', 'unhealthy'];

/** Agents that do not run what they should, the latest to change first. */
export async function listDrift(
  context: ReadContext,
  { state = drifting, configurationId, limit, cursor }: DriftRequest,
  moment: Moment,
  explain: ExplainRejection,
): Promise<Page<DriftListRow>> {
  const page = await listAgents(
    context,
    { limit, cursor, sort: '-stateSince', filter: { driftState: state, configurationId } },
    moment,
  );
  const drifts = await driftsOf(context, page.items, moment, explain);
  return {
    next: page.next,
    items: page.items.flatMap((row) => {
      const found = drifts.get(row.id);
      if (!found) return [];
      const { id: agentId, displayName, agentType, connected, healthy, assigned, remoteConfigStatus } = row;
      return [
        { agentId, displayName, agentType, connected, healthy, assigned, remoteConfigStatus, ...found },
      ];
    }),
  };
}

export async function countDrift(
  context: ReadContext,
  moment: Moment,
): Promise<Readonly<Record<DriftState, number>>> {
  const source = agentSource(moment);
  const rows = await select<{ drift_state: DriftState; count: number }>(
    context,
    `select a.drift_state, count(*)::int as count from ${source.sql} where a.tenant = ? group by a.drift_state`,
    [...source.bindings, context.tenant],
  );
  const counts = new Map(rows.map(({ drift_state, count }) => [drift_state, count]));
  return Object.fromEntries(driftStates.map((state) => [state, counts.get(state) ?? 0])) as Record<
    DriftState,
    number
  >;
}
