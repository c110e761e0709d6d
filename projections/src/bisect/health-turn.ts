import { END_OF_TIME, type Position } from '@ampora/kernel';
import { agentHistoryTable, agentTable } from '../fleet/agent-row.ts';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';

/** An agent's last change from healthy to unhealthy. */
export interface HealthTurn {
  readonly position: Position;
  readonly atMs: number;
  /** The healthy time before it that lasted: short ones, between crashes and restarts, are part of the illness. */
  readonly healthy: {
    readonly position: Position;
    readonly atMs: number;
    /** Last position at which it still was. */
    readonly lastPosition: Position;
    readonly endedAtMs: number;
  };
  /** First position at which it was no longer unhealthy; null while it still is. */
  readonly endedPosition: Position | null;
}

interface Row {
  readonly turn: string;
  readonly turn_at: Date;
  readonly since: string;
  readonly since_at: Date;
  readonly until: string;
  readonly until_at: Date;
  readonly ended: string | null;
}

/** Healthy for so long is healthy; where it never was for so long, its first healthy time counts. */
const LASTING = '10 minutes';

/** At or before the moment; `undefined` when the agent never fell ill. One walk through one agent's states. */
export async function healthTurnOf(
  context: ReadContext,
  agentId: string,
  moment: Moment,
): Promise<HealthTurn | undefined> {
  const last = String(moment.live ? END_OF_TIME : moment.position);
  const columns = 'agent_id, tenant, healthy, from_position, from_at';
  const [row] = await select<Row>(
    context,
    `with states as (
       select ${columns} from read.${agentHistoryTable} where agent_id = ?::uuid and tenant = ?
       union all select ${columns} from read.${agentTable} where agent_id = ?::uuid and tenant = ?),
     begun as (select *, lag(healthy) over w as before, healthy is distinct from lag(healthy) over w as begins
       from states window w as (order by from_position)),
     runs as (select *, lead(from_position) over w as until, lead(from_at) over w as until_at
       from begun where begins window w as (order by from_position)),
     turn as (select * from runs where healthy is false and before and from_position <= ?::bigint
       order by from_position desc limit 1)
     select turn.from_position as turn, turn.from_at as turn_at, turn.until as ended,
       well.from_position as since, well.from_at as since_at, well.until, well.until_at
     from turn cross join lateral (
       select * from runs where healthy and from_position < turn.from_position
       order by (until_at - from_at >= interval '${LASTING}') desc,
         case when until_at - from_at >= interval '${LASTING}' then -from_position else from_position end limit 1) well`,
    [agentId, context.tenant, agentId, context.tenant, last],
  );
  if (!row) return undefined;
  return {
    position: BigInt(row.turn),
    atMs: row.turn_at.getTime(),
    healthy: {
      position: BigInt(row.since),
      atMs: row.since_at.getTime(),
      lastPosition: BigInt(row.until) - 1n,
      endedAtMs: row.until_at.getTime(),
    },
    endedPosition: row.ended === null ? null : BigInt(row.ended),
  };
}
