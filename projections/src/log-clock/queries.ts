import { END_OF_TIME, parsePosition, type Position, START } from '@ampora/kernel';
import { InvalidMoment, type Moment, MomentNotReached } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import { clockTable } from './clock-row.ts';
import { secondOf } from './projection.ts';

/** A caller's clock may be this much ahead of ours before its present counts as the future. */
const toleranceMs = 60_000;

/** How long a read waits for what is stored already and does not show yet. */
const waitMs = 5_000;

export type ResolveMoment = (at?: string) => Promise<Moment>;

/**
 * Finds the moment that `at` names: a log position, an RFC 3339 time, or nothing for the present. Throws InvalidMoment
 * for nonsense and for the future, MomentNotReached when the read models stay behind.
 */
export function createMomentResolver(
  context: ReadContext,
  waitFor: (position: Position, timeoutMs: number) => Promise<boolean>,
): ResolveMoment {
  /** The read models have been seen to show this: the past needs no second look. */
  let shown = START;

  async function reach(position: Position): Promise<void> {
    if (position <= shown) return;
    const head = await context.eventLog.head();
    if (position > head)
      throw new InvalidMoment(
        `Position ${position} is still to come: the log ends at ${head}. Leave “at” out for the present.`,
      );
    if (!(await waitFor(position, waitMs))) throw new MomentNotReached(position);
    shown = position > shown ? position : shown;
  }

  async function atTime(atMs: number): Promise<Moment> {
    const found = await clockAt(context, atMs);
    if (atMs > found.nowMs + toleranceMs)
      throw new InvalidMoment(
        `${new Date(atMs).toISOString()} is still to come: it is ${new Date(found.nowMs).toISOString()}. Leave “at” out for the present.`,
      );
    if (!found.isLast) return { live: false, position: await positionAt(context, found, atMs), atMs };
    // The clock may be behind the log: what was stored until now may be older than the time asked for.
    await reach(await context.eventLog.head());
    return { live: false, position: await positionAt(context, await clockAt(context, atMs), atMs), atMs };
  }

  return async (at) => {
    if (at === undefined) return presentMoment(context);
    const position = parsePosition(at);
    if (position !== undefined) {
      await reach(position);
      return { live: false, position, atMs: await timeAt(context, position) };
    }
    const atMs = /^\d{4}-\d\d-\d\dT/.test(at) ? Date.parse(at) : Number.NaN;
    if (Number.isNaN(atMs))
      throw new InvalidMoment(`"${at.slice(0, 80)}" is neither a log position nor an RFC 3339 time`);
    const moment = await atTime(atMs);
    await reach(moment.position);
    return moment;
  };
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

interface ClockReading {
  readonly before: string | null;
  readonly within: string | null;
  readonly isLast: boolean;
  readonly nowMs: number;
}

async function clockAt(context: ReadContext, atMs: number): Promise<ClockReading> {
  const second = new Date(secondOf(atMs)).toISOString();
  const { tenant } = context;
  const [row] = await select<{
    before: string | null;
    within: string | null;
    later: Date | null;
    now: Date;
  }>(
    context,
    `select now() as now,
       (select last_position from read.${clockTable} where tenant = ? and second < ? order by second desc limit 1) as before,
       (select last_position from read.${clockTable} where tenant = ? and second = ?) as within,
       (select second from read.${clockTable} where tenant = ? and second > ? order by second limit 1) as later`,
    [tenant, second, tenant, second, tenant, second],
  );
  return {
    before: row?.before ?? null,
    within: row?.within ?? null,
    isLast: (row?.later ?? null) === null,
    nowMs: row?.now.getTime() ?? 0,
  };
}

/** Position of the last event that was recorded at or before a time. */
async function positionAt(context: ReadContext, found: ClockReading, atMs: number): Promise<Position> {
  const before = found.before ? BigInt(found.before) : START;
  if (!found.within) return before;
  const within = BigInt(found.within);
  if (secondOf(atMs) + 999 <= atMs) return within;
  return refine(context, before, within, atMs);
}

/** As `positionAt`, for a bound that need not show yet: behind the clock, the log itself is asked. */
export async function lastPositionAt(context: ReadContext, atMs: number): Promise<Position> {
  const found = await clockAt(context, atMs);
  if (!found.isLast) return positionAt(context, found, atMs);
  return refine(context, found.before ? BigInt(found.before) : START, END_OF_TIME, atMs);
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

/** When the last event at or before a position was recorded. */
async function timeAt(context: ReadContext, position: Position): Promise<number> {
  const event = await context.eventLog.readAt(position);
  if (event) return event.recordedAtMs;
  const [row] = await select<{ second: Date }>(
    context,
    `select second from read.${clockTable} where tenant = ? and last_position <= ?::bigint order by last_position desc limit 1`,
    [context.tenant, String(position)],
  );
  return row?.second.getTime() ?? 0;
}
