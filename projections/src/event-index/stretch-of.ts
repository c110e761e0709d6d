import { END_OF_TIME, START } from '@ampora/kernel';
import { lastPositionAt } from '../log-clock/queries.ts';
import type { Moment } from '../reading/moment.ts';
import type { ReadContext } from '../reading/read-context.ts';
import type { Stretch } from './event-filter.ts';

export interface TimeSpan {
  /** Inclusive, both. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** Where in the log a span of time lies; nothing after the moment. */
export async function stretchOf(
  context: ReadContext,
  { sinceMs, untilMs }: TimeSpan,
  moment: Moment,
): Promise<Stretch> {
  const [after, until] = await Promise.all([
    sinceMs === undefined ? START : lastPositionAt(context, sinceMs - 1),
    untilMs === undefined ? END_OF_TIME : lastPositionAt(context, untilMs),
  ]);
  const last = moment.live ? END_OF_TIME : moment.position;
  return { after, upTo: until < last ? until : last };
}
