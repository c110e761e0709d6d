import { type Position, START } from '@ampora/kernel';
import { changeBookmark, moveIdleCheckpoints, readBookmark } from './bookkeeping.ts';
import { isShapeError } from './database-errors.ts';
import type { DecodedEvent } from './decoded-event.ts';
import type { Member } from './member.ts';
import { LoadFailed, PoisonEvent } from './projection-writer.ts';
import type { ProjectorContext } from './projector-context.ts';

export type How = 'apply' | 'load';

export interface Applying {
  /** Trouble with the stores is thrown; trouble with an event or the tables stops the projection. */
  applyTo(
    member: Member,
    how: How,
    events: readonly DecodedEvent[],
    upTo: Position,
  ): Promise<'applied' | 'idle' | 'stopped'>;
  /** Commits what a build has folded so far. */
  commit(member: Member): Promise<'applied' | 'idle' | 'stopped'>;
  /** Nothing for these projections stands between their checkpoints and `position`. */
  skipAll(group: readonly Member[], position: Position): Promise<void>;
  /** Notes what stopped a projection; the others go on. */
  fail(member: Member, error: Error): Promise<void>;
}

/** Gives events to projections, each for itself: what one cannot take does not concern the others. */
export function createApplying({ pool, logger, observer }: ProjectorContext): Applying {
  async function fail(member: Member, error: Error): Promise<void> {
    const { writer } = member;
    const { name, version } = writer.key;
    member.phase = 'stopped';
    const poison = error instanceof PoisonEvent ? error : undefined;
    observer?.stopped({ name, version, category: poison ? 'poison' : 'shape' });
    logger.error('A projection stopped', {
      projection: writer.label,
      error: error.message,
      position: poison ? String(poison.position) : undefined,
      type: poison?.type,
      stream: poison?.streamId,
    });
    const before = await readBookmark(pool, writer.key);
    await changeBookmark(pool, writer.key, {
      state: 'failed',
      state_before_failure: before && before.state !== 'failed' ? before.state : 'building',
      error: poison
        ? `${poison.type} at position ${poison.position} in ${poison.streamId}: ${poison.message}`
        : error.message,
      poison_position: poison ? String(poison.position) : null,
      poison_type: poison?.type ?? null,
      poison_stream: poison?.streamId ?? null,
    });
  }

  async function guarded(member: Member, task: () => Promise<boolean>) {
    try {
      return await member.writer.exclusively(async () => {
        // It may have stopped, been given up or handed on while it waited for its turn.
        if (member.phase !== 'building' && member.phase !== 'following') return 'stopped';
        return (await measured(member, task)) ? 'applied' : 'idle';
      });
    } catch (error) {
      if (error instanceof LoadFailed) {
        member.careful = true;
        return 'stopped';
      }
      if (!(error instanceof PoisonEvent) && !isShapeError(error)) throw error;
      await fail(member, error as Error);
      return 'stopped';
    }
  }

  async function measured({ writer }: Member, task: () => Promise<boolean>): Promise<boolean> {
    const startedMs = performance.now();
    const doneBefore = writer.eventsDone;
    const applied = await task();
    const events = writer.eventsDone - doneBefore;
    if (events > 0) {
      const seconds = (performance.now() - startedMs) / 1_000;
      const { name, version } = writer.key;
      observer?.applied({ name, version, events, seconds });
    }
    return applied;
  }

  return {
    fail,
    applyTo: (member, how, events, upTo) => guarded(member, () => member.writer[how](events, upTo)),
    commit: (member) => guarded(member, () => member.writer.commitLoad().then(() => true)),
    async skipAll(group, position) {
      const behind = group.filter(({ phase, writer }) => phase !== 'stopped' && writer.position < position);
      if (behind.length === 0 || position === START) return;
      await moveIdleCheckpoints(
        pool,
        behind.map(({ writer }) => writer.key),
        position,
      );
      for (const { writer } of behind) writer.skipTo(position);
    },
  };
}
