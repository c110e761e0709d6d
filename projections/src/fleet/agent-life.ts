import { END_OF_TIME } from '@ampora/kernel';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { agentHistoryTable, agentTable, type DriftState } from './agent-row.ts';

export interface LifeInterval {
  readonly from: string;
  readonly to: string | null;
  readonly position: string;
  readonly connected: boolean;
  readonly healthy: boolean | null;
  readonly driftState: DriftState;
  readonly remoteConfigStatus: 'unset' | 'applied' | 'applying' | 'failed';
}

export interface AgentLife {
  readonly from: string;
  readonly to: string;
  /** Oldest first; each ends where the next begins. */
  readonly intervals: readonly LifeInterval[];
  /** True when intervals were left out to fit: of those in one slot of time, the worst is shown. */
  readonly reduced: boolean;
}

interface Run {
  readonly from_at: Date;
  readonly from_position: string;
  readonly connected: boolean;
  readonly healthy: boolean | null;
  readonly drift_state: DriftState;
  readonly remote_config_status: LifeInterval['remoteConfigStatus'];
  readonly total: number;
}

export const shownIntervals = 2_000;

/** Runs of equal state over an agent's life, for drawing. */
export async function agentLife(
  context: ReadContext,
  agentId: string,
  moment: Moment,
): Promise<AgentLife | undefined> {
  const position = String(moment.live ? END_OF_TIME : moment.position);
  const columns =
    'agent_id, tenant, from_at, from_position, connected, healthy, drift_state, remote_config_status';
  const runs = await select<Run>(
    context,
    `with states as (
       select ${columns} from read.${agentHistoryTable} where agent_id = ?::uuid and from_position <= ?::bigint
       union all select ${columns} from read.${agentTable} where agent_id = ?::uuid and from_position <= ?::bigint),
     marked as (
       select *, (connected, healthy, drift_state, remote_config_status) is distinct from
         lag((connected, healthy, drift_state, remote_config_status)) over (order by from_position) as is_start
       from states where tenant = ?),
     runs as (select *, count(*) over () as total, min(from_at) over () as first_at, max(from_at) over () as last_at
       from marked where is_start)
     select distinct on (slot) from_at, from_position, connected, healthy, drift_state, remote_config_status, total::int
     from (select *, case when total <= ${shownIntervals} then row_number() over (order by from_position)
       else floor(extract(epoch from from_at - first_at) * ${shownIntervals - 1} /
         greatest(extract(epoch from last_at - first_at), 0.001)) end as slot from runs) s
     order by slot, coalesce(healthy, true), connected, from_position desc`,
    [agentId, position, agentId, position, context.tenant],
  );
  const [first] = runs;
  if (!first) return undefined;
  return {
    from: toIso(first.from_at),
    to: new Date(moment.atMs).toISOString(),
    intervals: runs.map((run, index) => ({
      from: toIso(run.from_at),
      to: toIso(runs[index + 1]?.from_at ?? null),
      position: run.from_position,
      connected: run.connected,
      healthy: run.healthy,
      driftState: run.drift_state,
      remoteConfigStatus: run.remote_config_status,
    })),
    reduced: first.total > shownIntervals,
  };
}
