import { eventIndexTable } from '../event-index/event-index-row.ts';
import { END_OF_TIME, type Position } from '@ampora/kernel';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import type { LogPlace } from './log-activity.ts';

export interface LogNeighbour extends LogPlace {
  readonly type: string;
}

/** A moment, and the events on either side of it: for stepping through the log. */
export interface LogMoment {
  readonly live: boolean;
  readonly position: string;
  readonly at: string;
  /** The event before the one that made the moment what it is. */
  readonly previous: LogNeighbour | null;
  readonly next: LogNeighbour | null;
}

/** Two probes of an index and two of the log. Stored bodies change nothing that shows, and are stepped over. */
export async function logMoment(context: ReadContext, moment: Moment): Promise<LogMoment> {
  const position = String(moment.live ? END_OF_TIME : moment.position);
  const { tenant } = context;
  const [found] = await select<{ own: string | null; previous: string | null; next: string | null }>(
    context,
    `with own as (select max(position) as position from read.${eventIndexTable} where tenant = ? and position <= ?::bigint)
     select own.position as own,
       (select max(position) from read.${eventIndexTable} where tenant = ? and position < own.position) as previous,
       (select min(position) from read.${eventIndexTable} where tenant = ? and position > ?::bigint) as next
     from own`,
    [tenant, position, tenant, tenant, position],
  );
  const [previous, next] = await Promise.all([
    neighbour(context, found?.previous ?? null),
    neighbour(context, found?.next ?? null),
  ]);
  return {
    live: moment.live,
    position: moment.live ? String(moment.position) : (found?.own ?? '0'),
    at: new Date(moment.atMs).toISOString(),
    previous,
    next,
  };
}

async function neighbour({ eventLog }: ReadContext, position: string | null): Promise<LogNeighbour | null> {
  const at: Position | null = position === null ? null : BigInt(position);
  const event = at === null ? undefined : await eventLog.readAt(at);
  if (!event) return null;
  return {
    position: String(event.position),
    at: new Date(event.recordedAtMs).toISOString(),
    type: event.type,
  };
}
