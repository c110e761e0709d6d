import { END_OF_TIME, type Position } from '@ampora/kernel';
import type { Applying, How } from './applying.ts';
import { type DecodedEvent, decodeEvents } from './decoded-event.ts';
import { DutyCycle } from './duty-cycle.ts';
import type { Member } from './member.ts';
import { type ProjectorContext, settleAll } from './projector-context.ts';

export interface Building {
  /** Brings all of `group` from their checkpoints to the end of the log, or exactly to `until`. */
  scan(group: readonly Member[], until?: Position): Promise<void>;
  /** Whether this member is still to be built. */
  isWanted(member: Member): boolean;
}

interface Page {
  readonly events: readonly DecodedEvent[];
  readonly upTo: Position;
}

/** Events per page of a build that shares its thread: what is folded at once keeps nobody else waiting. */
const gentlePageSize = 500;

export function typesOf(group: readonly Member[]): string[] {
  return [...new Set(group.flatMap((member) => [...member.writer.handles]))];
}

export function createBuilding(context: ProjectorContext, { applyTo, commit, skipAll }: Applying): Building {
  const { eventLog, stopping, buildPageSize, decode } = context;

  function isWanted({ phase, paused }: Member): boolean {
    return phase === 'building' && !paused && !stopping.aborted;
  }

  async function scan(group: readonly Member[], until?: Position): Promise<void> {
    const end = until ?? (await eventLog.head());
    const duty = new DutyCycle(() => Math.min(...group.map(({ share }) => share)), stopping);
    const through: Member[] = [];
    try {
      through.push(...(await scanLog(group, 'load', end, duty)));
      await settleAll(through.map((member) => commit(member)));
      for (const member of group.filter(({ careful }) => careful)) {
        through.push(...(await scanLog([member], 'apply', end, duty)));
        member.careful = false;
      }
    } finally {
      for (const { writer } of group) await writer.exclusively(() => writer.abandonLoad());
    }
    // One that failed at its commit, or was given up meanwhile, has not come so far.
    await skipAll(
      through.filter((member) => isWanted(member) && !member.careful),
      end,
    );
  }

  /** One scan for all that are to be built this way, from the earliest checkpoint. Gives those that came through. */
  async function scanLog(
    group: readonly Member[],
    how: How,
    end: Position,
    duty: DutyCycle,
  ): Promise<readonly Member[]> {
    const isGentle = context.isThreadShared && group.some(({ share }) => share < 1);
    const pageSize = isGentle ? Math.min(gentlePageSize, buildPageSize) : buildPageSize;
    let active = group.filter((member) => isWanted(member) && member.careful === (how === 'apply'));
    if (active.length === 0) return [];
    const pages = eventLog
      .readAll({ from: earliest(active), filter: { types: typesOf(active) }, pageSize, signal: stopping })
      [Symbol.asyncIterator]();
    try {
      let next = await pages.next();
      while (!next.done) {
        const events = decodeEvents(next.value, decode).filter(({ position }) => position <= end);
        const ahead = pages.next();
        // Reading goes on while this page is applied; its failure is met when it is awaited.
        ahead.catch(() => undefined);
        const last = next.value.at(-1)?.position ?? end;
        const upTo = last < end ? last : end;
        const startedMs = performance.now();
        const page = { events, upTo };
        await (isGentle ? applyByAndBy : applyAtOnce)(active, how, page);
        context.announce();
        await duty.rest(performance.now() - startedMs);
        active = await dropUnwanted(active, how);
        if (active.length === 0) return [];
        if (last >= end) break;
        next = await ahead;
      }
    } finally {
      await pages.return?.();
    }
    return active;
  }

  async function applyAtOnce(active: readonly Member[], how: How, { events, upTo }: Page): Promise<void> {
    await settleAll(active.map((member) => applyTo(member, how, events, upTo)));
  }

  /** One after the other, so that no turn of the event loop holds the work of several. */
  async function applyByAndBy(active: readonly Member[], how: How, { events, upTo }: Page): Promise<void> {
    for (const member of active) {
      await applyTo(member, how, events, upTo);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Those that rest keep what they have; those that met trouble or were given up just leave. */
  async function dropUnwanted(active: readonly Member[], how: How): Promise<Member[]> {
    const stay: Member[] = [];
    for (const member of active) {
      const isHere = member.phase === 'building' && member.careful === (how === 'apply');
      if (isHere && isWanted(member)) stay.push(member);
      else if (isHere) await commit(member);
    }
    return stay;
  }

  return { scan, isWanted };
}

function earliest(group: readonly Member[]): Position {
  const positions = group.map(({ writer }) => writer.position);
  return positions.reduce((least, position) => (position < least ? position : least), END_OF_TIME);
}
