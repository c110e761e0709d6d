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

type Interval = AgentLife['intervals'][number];

/** A stretch of time in Unix milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

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

const shortestView = 5_000;

/** A view `factor` times as long (below 1 zooms in) in which `anchor` keeps its place, inside the bounds. */
export function zoom(view: Span, bounds: Span, factor: number, anchor: number): Span {
  const whole = Math.max(shortestView, bounds.to - bounds.from);
  const length = Math.min(whole, Math.max(shortestView, (view.to - view.from) * factor));
  const share = (anchor - view.from) / Math.max(1, view.to - view.from);
  return pan({ from: anchor - share * length, to: anchor + (1 - share) * length }, bounds, 0);
}

/** The same length moved by `byMs`, inside the bounds. */
export function pan(view: Span, bounds: Span, byMs: number): Span {
  const length = view.to - view.from;
  const from = Math.max(bounds.from, Math.min(bounds.to - length, view.from + byMs));
  return { from, to: from + length };
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  second,
  5 * second,
  15 * second,
  30 * second,
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  30 * day,
  90 * day,
  365 * day,
];

/** Round moments for an axis: no more than `most`, on local clock boundaries given the zone's offset. */
export function axisOf(view: Span, most: number, zoneOffsetMs = 0): number[] {
  const length = view.to - view.from;
  const step = steps.find((candidate) => length / candidate <= most) ?? Math.ceil(length / most / day) * day;
  const first = Math.ceil((view.from - zoneOffsetMs) / step) * step + zoneOffsetMs;
  const moments: number[] = [];
  for (let moment = first; moment <= view.to; moment += step) moments.push(moment);
  return moments;
}

/** The nearest change before or after a moment; null when there is none. */
export function changeNear(intervals: readonly Interval[], at: number, direction: -1 | 1): Interval | null {
  if (direction === 1) return intervals.find(({ from }) => Date.parse(from) > at) ?? null;
  return intervals.findLast(({ from }) => Date.parse(from) < at) ?? null;
}
