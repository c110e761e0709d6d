import { END_OF_TIME, parsePosition, type Position, START } from '@ampora/kernel';
import { InvalidMoment, type Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import { clockTable } from './clock-row.ts';
import { secondOf } from './projection.ts';

/** The moment that `at` names: a log position, an RFC 3339 time, or nothing for the present. Throws InvalidMoment. */
export async function resolveMoment(context: ReadContext, at: string | undefined): Promise<Moment> {
  if (at === undefined) return presentMoment(context);
  const position = parsePosition(at);
  if (position !== undefined) return { live: false, position, atMs: await timeAt(context, position) };
  const atMs = /^\d{4}-\d\d-\d\dT/.test(at) ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(atMs))
    throw new InvalidMoment(`"${at.slice(0, 80)}" is neither a log position nor an RFC 3339 time`);
  return { live: false, position: await positionAt(context, atMs), atMs };
}

async function presentMoment(context: ReadContext): Promise<Moment> {
  const [row] = await select<{ position: string | null; now: Date }>(
    context,
    `select min(position) as position, now() as now from read.projections where slot = 'live' and state = 'serving'`,
  );
  return {
    live: true,
    position: BigInt(row?.position ?? 0),
    atMs: row?.now.getTime() ?? 0,
  };
}

/** Position of the last event that was recorded at or before a time. */
async function positionAt(context: ReadContext, atMs: number): Promise<Position> {
  const second = new Date(secondOf(atMs)).toISOString();
  const [row] = await select<{ before: string | null; within: string | null }>(
    context,
    `select (select last_position from read.${clockTable} where second < ? order by second desc limit 1) as before,
       (select last_position from read.${clockTable} where second = ?) as within`,
    [second, second],
  );
  const before = row?.before ? BigInt(row.before) : START;
  if (!row?.within) return before;
  const within = BigInt(row.within);
  if (secondOf(atMs) + 999 <= atMs) return within;
  return refine(context, before, within, atMs);
}

/** Inside a second, the log itself knows. */
async function refine(
  { eventLog }: ReadContext,
  before: Position,
  within: Position,
  atMs: number,
): Promise<Position> {
  let reached = before;
  for await (const page of eventLog.readAll({ from: before, pageSize: 1_000 })) {
    for (const event of page) {
      if (event.position > within || event.recordedAtMs > atMs) return reached;
      reached = event.position;
    }
  }
  return reached;
}

/** When the last event at or before a position was recorded; the present when the position is still to come. */
async function timeAt(context: ReadContext, position: Position): Promise<number> {
  const event = await context.eventLog.readAt(position);
  if (event) return event.recordedAtMs;
  const [row] = await select<{ second: Date | null; now: Date; head: string | null }>(
    context,
    `select now() as now, (select max(last_position) from read.${clockTable}) as head,
       (select second from read.${clockTable} where last_position <= ?::bigint order by last_position desc limit 1) as second`,
    [String(position > END_OF_TIME ? END_OF_TIME : position)],
  );
  if (!row) return 0;
  if (row.head === null || position > BigInt(row.head)) return row.now.getTime();
  return row.second?.getTime() ?? 0;
}
