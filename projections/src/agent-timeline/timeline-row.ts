import { tableNameOf } from '../engine/projection.ts';

export const timelineVersion = 5;
export const timelineTable = tableNameOf('timeline', timelineVersion);
export const activityTable = tableNameOf('activity', timelineVersion);

export type TimelineKind =
  'lifecycle' | 'connection' | 'description' | 'health' | 'config' | 'status' | 'assignment' | 'packages';
export type Tone = 'good' | 'bad' | 'warn' | 'neutral';

/** What an event means to people. */
export interface Story {
  readonly kind: TimelineKind;
  readonly tone: Tone;
  /** One line. */
  readonly title: string;
  readonly detail: string;
  /** Events that this one stands for. */
  readonly count: number;
  /** A few small values for links and badges; the log has the rest. */
  readonly data: Readonly<Record<string, unknown>>;
}
