import type { ResolveMoment } from '../log-clock/queries.ts';
import type { Moment } from '../reading/moment.ts';
import type { ReadContext } from '../reading/read-context.ts';
import { type HealthTurn, healthTurnOf } from './health-turn.ts';

/** How far back a cause is looked for, and how long others may take to follow, where no moments are given. */
const LOOK_BACK_MS = 24 * 3_600_000;
const OTHERS_FOLLOW_MS = 10 * 60_000;

export interface GivenMoments {
  readonly good?: Moment | undefined;
  readonly bad?: Moment | undefined;
}

export interface BisectMoments {
  readonly good: Moment;
  readonly bad: Moment;
}

/**
 * The two moments, where not given: good is when the lasting healthy time before the agent's last turn began, at most a
 * day before the turn; bad is ten minutes after the turn (others then fell ill too), if it lasted so long and it was so
 * long ago. `undefined` when the agent never went from healthy to unhealthy.
 */
export async function findWindow(
  context: ReadContext,
  resolve: ResolveMoment,
  agentId: string,
  { good, bad }: GivenMoments,
): Promise<BisectMoments | undefined> {
  if (good && bad) return { good, bad };
  const now = await resolve();
  const turn = await healthTurnOf(context, agentId, bad ?? now);
  if (!turn) return undefined;
  return { good: good ?? (await lastGood(resolve, turn)), bad: bad ?? (await firstBad(resolve, turn, now)) };
}

async function lastGood(resolve: ResolveMoment, { atMs, healthy }: HealthTurn): Promise<Moment> {
  const earliestMs = atMs - LOOK_BACK_MS;
  if (healthy.atMs >= earliestMs) return { live: false, position: healthy.position, atMs: healthy.atMs };
  if (healthy.endedAtMs <= earliestMs) return resolve(String(healthy.lastPosition));
  return resolve(timeText(earliestMs));
}

async function firstBad(resolve: ResolveMoment, turn: HealthTurn, now: Moment): Promise<Moment> {
  const untilMs = turn.atMs + OTHERS_FOLLOW_MS;
  const later = untilMs < now.atMs ? await resolve(timeText(untilMs)) : { ...now, live: false };
  const { endedPosition } = turn;
  if (endedPosition === null || endedPosition > later.position) return later;
  return resolve(String(endedPosition - 1n));
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}
