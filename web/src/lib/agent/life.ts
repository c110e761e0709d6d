import type { AgentLife, TimelineItem } from '@ampora/api-contract';
import {
  connectionLooks,
  connectionOf,
  driftLooks,
  eventTones,
  healthLooks,
  healthOf,
  remoteConfigLooks,
} from '#lib/status/looks.ts';
import type { Look, Tone } from '#lib/status/tone.ts';
import type { Span } from '#lib/time/span.ts';

type Interval = AgentLife['intervals'][number];

/** A stretch in which a lane keeps one value. */
export interface Run extends Span {
  readonly key: string;
  readonly look: Look;
  /** The event that began it. */
  readonly position: string;
}

export interface Lane {
  readonly name: string;
  readonly word: string;
  readonly look: (interval: Interval) => Look;
}

/** What is drawn, from top to bottom. */
export const lanes: readonly Lane[] = [
  {
    name: 'connected',
    word: 'Connection',
    look: ({ connected }) => connectionLooks[connectionOf(connected)],
  },
  { name: 'healthy', word: 'Health', look: ({ healthy }) => healthLooks[healthOf(healthy)] },
  {
    name: 'remoteConfigStatus',
    word: 'Config status',
    look: ({ remoteConfigStatus }) => remoteConfigLooks[remoteConfigStatus],
  },
  { name: 'driftState', word: 'Drift', look: ({ driftState }) => driftLooks[driftState] },
];

/** The runs of one lane, oldest first: neighbours that look the same are one. The open end reaches `end`. */
export function runsOf(intervals: readonly Interval[], lane: Lane, end: number): Run[] {
  const runs: Run[] = [];
  for (const interval of intervals) {
    const look = lane.look(interval);
    const from = Date.parse(interval.from);
    const to = interval.to === null ? end : Date.parse(interval.to);
    const last = runs.at(-1);
    if (last && last.key === look.word && last.to >= from) runs[runs.length - 1] = { ...last, to };
    else runs.push({ from, to, key: look.word, look, position: interval.position });
  }
  return runs;
}

/** A piece of a lane as it is drawn, in CSS pixels. */
export interface Piece {
  readonly x: number;
  readonly width: number;
  readonly tone: Tone;
  /** The run that it shows; null when it stands for several that are too short to tell apart. */
  readonly run: Run | null;
  readonly runs: number;
}

const severity: Record<Tone, number> = { bad: 5, warn: 4, odd: 3, busy: 2, quiet: 1, good: 0 };
const worst = (a: Tone, b: Tone): Tone => (severity[b] > severity[a] ? b : a);

/** Runs as pieces of at least `least` pixels: what is shorter is gathered, and shows the worst that is in it. */
export function piecesOf(runs: readonly Run[], view: Span, width: number, least = 2): Piece[] {
  const scale = width / Math.max(1, view.to - view.from);
  const pieces: { x: number; width: number; tone: Tone; run: Run | null; runs: number }[] = [];
  for (const run of runs) {
    if (run.to < view.from || run.from > view.to) continue;
    const x = (Math.max(run.from, view.from) - view.from) * scale;
    const end = (Math.min(run.to, view.to) - view.from) * scale;
    const last = pieces.at(-1);
    if (last === undefined || last.width >= least) {
      pieces.push({ x, width: end - x, tone: run.look.tone, run, runs: 1 });
      continue;
    }
    // The piece before is too short to see. A short run joins it; a long one leaves it its least width.
    if (end - x >= least) {
      last.width = least;
      pieces.push({ x, width: end - x, tone: run.look.tone, run, runs: 1 });
      continue;
    }
    last.width = end - last.x;
    last.tone = worst(last.tone, run.look.tone);
    last.run = null;
    last.runs += 1;
  }
  const last = pieces.at(-1);
  if (last !== undefined) last.width = Math.max(least, last.width);
  return pieces;
}

/** Events that fall on the same few pixels, drawn as one mark. */
export interface Mark {
  readonly x: number;
  readonly tone: Tone;
  readonly items: readonly TimelineItem[];
}

/** Marks for the events in view, oldest first, at least `gap` pixels apart. */
export function marksOf(items: readonly TimelineItem[], view: Span, width: number, gap = 6): Mark[] {
  const scale = width / Math.max(1, view.to - view.from);
  const marks: { x: number; tone: Tone; items: TimelineItem[] }[] = [];
  const oldestFirst = [...items].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const item of oldestFirst) {
    const at = Date.parse(item.at);
    if (at < view.from || at > view.to) continue;
    const x = (at - view.from) * scale;
    const last = marks.at(-1);
    const tone = eventTones[item.tone];
    if (last && x - last.x < gap) {
      last.items.push(item);
      last.tone = worst(last.tone, tone);
    } else marks.push({ x, tone, items: [item] });
  }
  return marks;
}

/** The nearest change before or after a moment; null when there is none. */
export function changeNear(intervals: readonly Interval[], at: number, direction: -1 | 1): Interval | null {
  if (direction === 1) return intervals.find(({ from }) => Date.parse(from) > at) ?? null;
  return intervals.findLast(({ from }) => Date.parse(from) < at) ?? null;
}
