import { END_OF_TIME, type Position } from '@ampora/kernel';
import { agentHistoryTable, agentTable } from '../fleet/agent-row.ts';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';

/** An agent's last change from healthy to unhealthy. */
export interface HealthTurn {
  readonly position: Position;
  readonly atMs: number;
  /** When the healthy run before it began. */
  readonly healthySince: { readonly position: Position; readonly atMs: number };
  /** First position at which it was no longer unhealthy; null while it still is. */
  readonly endedPosition: Position | null;
}

interface Row {
  readonly turn: string;
  readonly turn_at: Date;
  readonly since: string;
  readonly since_at: Date;
  readonly ended: string | null;
}

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
     runs as (select * from (select *, healthy is distinct from lag(healthy) over w as begins,
         lag(healthy) over w as before from states window w as (order by from_position)) s where begins),
     turn as (select * from runs where healthy is false and before and from_position <= ?::bigint
       order by from_position desc limit 1)
     select turn.from_position as turn, turn.from_at as turn_at, since.from_position as since, since.from_at as since_at,
       (select min(from_position) from runs where from_position > turn.from_position) as ended
     from turn cross join lateral (
       select from_position, from_at from runs where healthy and from_position < turn.from_position
       order by from_position desc limit 1) since`,
    [agentId, context.tenant, agentId, context.tenant, last],
  );
  if (!row) return undefined;
  return {
    position: BigInt(row.turn),
    atMs: row.turn_at.getTime(),
    healthySince: { position: BigInt(row.since), atMs: row.since_at.getTime() },
    endedPosition: row.ended === null ? null : BigInt(row.ended),
  };
}
