import type { EventLog } from '@ampora/application/ports';
import type { Logger } from '@ampora/platform';
import type { Pool } from 'pg';
import type { ContentReader } from './content-reader.ts';
import type { Decode } from './decoded-event.ts';
import type { Members } from './members.ts';

export interface ProjectorObserver {
  /** A batch was committed; `events` of it concerned this projection. */
  applied(batch: {
    readonly name: string;
    readonly version: number;
    readonly events: number;
    readonly seconds: number;
  }): void;
  /** It stopped: an event that it cannot take, or tables that are not as its version says. */
  stopped(stop: {
    readonly name: string;
    readonly version: number;
    readonly category: 'poison' | 'shape';
  }): void;
}

/** What the parts of a projector share. */
export interface ProjectorContext {
  readonly pool: Pool;
  readonly eventLog: EventLog;
  readonly contents: ContentReader;
  readonly logger: Logger;
  readonly observer: ProjectorObserver | undefined;
  readonly members: Members;
  /** Names this process in the bookkeeping. */
  readonly owner: string;
  /** Aborted when the projector closes. */
  readonly stopping: AbortSignal;
  readonly decode: Decode;
  readonly batchSize: number;
  readonly buildPageSize: number;
  /** Others wait for the turns of this thread's event loop: then builds that have only a share take small steps. */
  readonly isThreadShared: boolean;
  readonly autoSwitch: boolean;
  readonly rebuildShare: number;
  readonly backOff: BackOff;
  /** There is something to do for the control loop. */
  nudge(): void;
  /** Rows were committed. */
  announce(): void;
}

const firstBackOffMs = 100;
const lastBackOffMs = 5_000;
/** Small enough that a page, its rows and their texts are gone before a collection would have to copy them. */
export const defaultBuildPageSize = 1_000;

/** How long to leave the stores alone after trouble with them: twice as long each time, until something works. */
export class BackOff {
  ms = 0;

  grow(): void {
    this.ms = Math.min(Math.max(this.ms * 2, firstBackOffMs), lastBackOffMs);
  }

  reset(): void {
    this.ms = 0;
  }
}

export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Waits for all, then throws the first failure: none of them may still be writing when trouble is handled. */
export async function settleAll<Result>(tasks: readonly Promise<Result>[]): Promise<readonly Result[]> {
  const outcomes = await Promise.allSettled(tasks);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
