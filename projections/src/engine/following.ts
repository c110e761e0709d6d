import type { Subscription } from '@ampora/application/ports';
import { type Position, START } from '@ampora/kernel';
import type { Applying } from './applying.ts';
import { typesOf } from './building.ts';
import { type DecodedEvent, decodeEvents } from './decoded-event.ts';
import type { Member } from './member.ts';
import { describeError, type ProjectorContext, settleAll } from './projector-context.ts';

export interface Following {
  /** How many follow. */
  size(): number;
  /** Runs `task` between two batches: meanwhile nothing is applied to any follower. */
  quietly<Result>(task: () => Promise<Result>): Promise<Result>;
  /** Between batches only: everything up to here was given to the followers; START when nobody follows. */
  position(): Position;
  /** Between batches only, and not behind `position`. */
  join(member: Member): void;
  leave(member: Member): void;
  /** Ends the subscription; whoever follows is to be built again. */
  interrupt(): void;
  close(): Promise<void>;
}

/** The subscription that all followers share. */
interface Tail {
  subscription: Subscription;
  /** Everything up to here was applied. */
  position: Position;
  waiting: { readonly events: readonly DecodedEvent[]; readonly position: Position }[];
  /** Settles when nothing waits any more. */
  applying: Promise<void> | undefined;
  failure: unknown;
}

/** Events that wait to be applied, at most (and one batch more): they are applied together. */
const gatheredEvents = 20_000;

export function createFollowing(context: ProjectorContext, { applyTo, skipAll }: Applying): Following {
  const { eventLog, logger, stopping, batchSize, backOff, decode } = context;
  const followers = new Set<Member>();
  let tail: Tail | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  function quietly<Result>(task: () => Promise<Result>): Promise<Result> {
    const run = turn.then(task, task);
    turn = run.catch(() => undefined);
    return run;
  }

  function startTail(from: Position): void {
    const current: Tail = {
      position: from,
      subscription: undefined as never,
      waiting: [],
      applying: undefined,
      failure: undefined,
    };
    tail = current;
    current.subscription = eventLog.subscribeAll({
      from,
      filter: { types: typesOf(context.members.live) },
      batchSize,
      onBatch: async (batch) => {
        current.waiting.push({ events: decodeEvents(batch.events, decode), position: batch.position });
        current.applying ??= applyWaiting(current);
        const waiting = current.waiting.reduce((sum, { events }) => sum + events.length, 0);
        if (waiting >= gatheredEvents) await current.applying;
        if (current.failure !== undefined) throw current.failure;
      },
    });
    const ended = async (error?: unknown) => {
      await current.applying;
      await quietly(async () => end(current, error ?? current.failure));
    };
    current.subscription.ended.then(() => ended(), ended);
  }

  function end(current: Tail, cause: unknown): void {
    if (tail !== current) return;
    tail = undefined;
    for (const member of followers) {
      member.phase = 'idle';
      if (cause) member.opened = false;
    }
    followers.clear();
    if (cause && !stopping.aborted) {
      logger.warn('Following the log was interrupted and will go on', { error: describeError(cause) });
      backOff.grow();
    }
    context.nudge();
  }

  /** Applies what waits, together: what comes meanwhile waits for the next turn. The further behind, the larger. */
  async function applyWaiting(current: Tail): Promise<void> {
    try {
      while (current.waiting.length > 0) {
        await quietly(async () => {
          const taken = current.waiting;
          current.waiting = [];
          const upTo = taken.at(-1)?.position ?? START;
          await follow(
            taken.flatMap(({ events }) => events),
            upTo,
          );
          if (upTo > current.position) current.position = upTo;
        });
        backOff.reset();
        context.announce();
      }
    } catch (failure) {
      current.failure = failure;
      current.waiting = [];
      void current.subscription.close();
    } finally {
      current.applying = undefined;
    }
  }

  async function follow(events: readonly DecodedEvent[], upTo: Position): Promise<void> {
    const group = [...followers];
    const outcomes = await settleAll(group.map((member) => applyTo(member, 'apply', events, upTo)));
    for (const member of group) if (member.phase === 'stopped') followers.delete(member);
    await skipAll(
      group.filter((member, index) => outcomes[index] === 'idle' && member.phase === 'following'),
      upTo,
    );
  }

  return {
    size: () => followers.size,
    quietly,
    position: () => tail?.position ?? START,
    join(member) {
      if (stopping.aborted) return;
      member.phase = 'following';
      followers.add(member);
      if (!tail) startTail(member.writer.position);
    },
    leave: (member) => void followers.delete(member),
    interrupt: () => void tail?.subscription.close(),
    async close() {
      const last = tail;
      await last?.subscription.close();
      await last?.applying;
    },
  };
}
