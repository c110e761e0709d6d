import type { AgentLife } from '@ampora/api-contract';
import type { Span } from '#lib/time/span.ts';

/** The two moments that are compared, in Unix milliseconds. */
export interface MomentPair {
  readonly good: number;
  readonly bad: number;
}
export type End = keyof MomentPair;

const shortestView = 60_000;

/** The agent's whole life as it can be drawn. */
export function boundsOf(life: AgentLife): Span {
  const from = Date.parse(life.from);
  return { from, to: Math.max(from + shortestView, Date.parse(life.to)) };
}

/** A view with both moments in it and as much again around them, inside the bounds. */
export function viewAround({ good, bad }: MomentPair, bounds: Span): Span {
  const length = Math.max(shortestView, (bad - good) * 2);
  const middle = (good + bad) / 2;
  return {
    from: Math.max(bounds.from, middle - length / 2),
    to: Math.min(bounds.to, middle + length / 2),
  };
}

/** One end moved; they never pass each other. */
export function moved(pair: MomentPair, end: End, to: number, bounds: Span): MomentPair {
  const at = Math.min(bounds.to, Math.max(bounds.from, to));
  return end === 'good'
    ? { ...pair, good: Math.min(at, pair.bad - 1) }
    : { ...pair, bad: Math.max(at, pair.good + 1) };
}

/** The end that a press at this moment is meant for. */
export function nearest(pair: MomentPair, at: number): End {
  return Math.abs(at - pair.good) <= Math.abs(at - pair.bad) ? 'good' : 'bad';
}

/** The newest turn from healthy to unhealthy, as a first choice where the server has none; null without one. */
export function lastTurn(life: AgentLife): MomentPair | null {
  for (let index = life.intervals.length - 1; index > 0; index -= 1) {
    const here = life.intervals[index];
    const before = life.intervals[index - 1];
    if (here?.healthy === false && before?.healthy === true)
      return { good: Date.parse(before.from), bad: Date.parse(here.from) };
  }
  return null;
}
