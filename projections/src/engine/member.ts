import { START, type Position } from '@ampora/kernel';
import type { ProjectionWriter } from './projection-writer.ts';

/**
 * - `idle`: to be built when its turn comes;
 * - `building`: on its way from its checkpoint to the end of the log;
 * - `following`: served by the shared subscription;
 * - `stopped`: failed, retired, or given up.
 */
export type Phase = 'idle' | 'building' | 'following' | 'stopped';

/** A projection that this process knows, in its tables that serve or in those that a rebuild fills. */
export interface Member {
  readonly writer: ProjectionWriter;
  phase: Phase;
  opened: boolean;
  /** A build met something that it cannot take: event by event until it is found. */
  careful: boolean;
  paused: boolean;
  /** Of the machine, while it is built. */
  share: number;
  /** While a worker builds it: has the worker leave it, and resolves when it has. */
  leaveWorker: (() => Promise<void>) | undefined;
  seenEvents: number;
  seenPosition: Position;
  rate: number;
  positionRate: number;
}

export function createMember(writer: ProjectionWriter): Member {
  return {
    writer,
    phase: 'idle',
    opened: false,
    careful: false,
    paused: false,
    share: 1,
    leaveWorker: undefined,
    seenEvents: 0,
    seenPosition: START,
    rate: 0,
    positionRate: 0,
  };
}

/** Others are served meanwhile: it keeps to its share, and out of their way. */
export function isBuiltBeside({ share, writer }: Member): boolean {
  return share < 1 || writer.key.slot === 'shadow';
}
