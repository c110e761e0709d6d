import { START } from '@ampora/kernel';
import type { Applying } from './applying.ts';
import { changeBookmark, readBookmark } from './bookkeeping.ts';
import type { Building } from './building.ts';
import { isDataError } from './database-errors.ts';
import { DutyCycle } from './duty-cycle.ts';
import type { Following } from './following.ts';
import { isBuiltBeside, type Member } from './member.ts';
import { describeError, type ProjectorContext, settleAll } from './projector-context.ts';
import type { Swapping } from './swapping.ts';

export interface BuildParts {
  readonly applying: Applying;
  readonly building: Building;
  readonly following: Following;
  readonly swapping: Swapping;
  /** Where there are threads for builds beside what serves. */
  readonly buildApart: ((group: readonly Member[]) => Promise<readonly Member[]>) | undefined;
}

/** Brings a group of projections, together, from where they stand to following the log. */
export function createBuilder(context: ProjectorContext, parts: BuildParts) {
  const { pool, logger, stopping, backOff } = context;
  const { applying, following, swapping } = parts;
  const { scan, isWanted } = parts.building;

  /** False when there is nothing to build any more. */
  function open(member: Member): Promise<boolean> {
    // Whoever gives it up waits for this, or is seen here: nothing that was dropped is made again.
    return member.writer.exclusively(async () => isWanted(member) && (await openNow(member)));
  }

  async function openNow(member: Member): Promise<boolean> {
    if (member.opened) return true;
    const { writer } = member;
    if (writer.key.slot === 'shadow') {
      const bookmark = await readBookmark(pool, writer.key);
      if (!bookmark) {
        member.phase = 'stopped';
        context.members.removeShadow(member);
        return false;
      }
      // What a rebuild left that never committed anything.
      if (bookmark.position === START) await writer.dropTables();
    }
    await writer.open();
    await changeBookmark(pool, writer.key, { lock_owner: context.owner });
    member.opened = true;
    return true;
  }

  /** Each for itself: while one is being indexed, another already serves. */
  async function finish(member: Member): Promise<void> {
    if (!isWanted(member)) return;
    const { writer } = member;
    try {
      const bookmark = await readBookmark(pool, writer.key);
      if (!bookmark || bookmark.state === 'retired') return;
      if (!bookmark.indexed) {
        await writer.createIndexes(member.share < 1 ? restAfter(member) : undefined);
        await changeBookmark(pool, writer.key, { indexed: true });
        await scan([member]);
      }
      if (!isWanted(member)) return;
      if (writer.key.slot === 'live' && bookmark.state === 'building') await hasCaughtUp(member);
      await joinFollowers(member);
    } catch (error) {
      // Rows that no index can hold: the same as rows that the table refuses.
      if (!isDataError(error)) throw error;
      await applying.fail(member, error as Error);
    }
  }

  function restAfter(member: Member): (workedMs: number) => Promise<void> {
    const duty = new DutyCycle(() => member.share, stopping);
    return (workedMs) => duty.rest(workedMs);
  }

  async function hasCaughtUp(member: Member): Promise<void> {
    const { writer } = member;
    await changeBookmark(pool, writer.key, { state: 'caught-up' });
    logger.info('A projection has caught up', {
      projection: writer.label,
      position: String(writer.position),
    });
    if (context.autoSwitch && writer.key.slot === 'live') await swapping.serveUnlessOlder(member);
  }

  /** The last steps are made between two batches: outside of that, the followers would always be a little ahead. */
  async function joinFollowers(member: Member): Promise<void> {
    if (member.writer.position < following.position()) await scan([member]);
    await following.quietly(async () => {
      while (isWanted(member) && member.writer.position < following.position()) await scan([member]);
      if (!isWanted(member)) return;
      following.join(member);
    });
    if (member.phase !== 'following') return;
    if (member.writer.key.slot === 'shadow') await hasCaughtUp(member);
    context.announce();
  }

  /** Resolves when all of them follow, rest, or have stopped; trouble with the stores is told, and they are idle again. */
  return async function build(group: readonly Member[]): Promise<void> {
    try {
      let opened: Member[] = [];
      for (const member of group) if (await open(member)) opened.push(member);
      opened = opened.filter(isWanted);
      if (parts.buildApart && opened.some(isBuiltBeside)) {
        const brought = await parts.buildApart(opened);
        opened = [];
        for (const member of brought) {
          member.opened = false;
          if (isWanted(member) && (await open(member))) opened.push(member);
        }
      }
      await scan(opened);
      await settleAll(opened.map(finish));
    } catch (error) {
      if (stopping.aborted) return;
      if (group.some(({ phase }) => phase !== 'stopped')) {
        logger.warn('Building was interrupted and will go on', { error: describeError(error) });
        backOff.grow();
      }
      for (const member of group) if (member.phase === 'building') member.opened = false;
    } finally {
      for (const member of group) if (member.phase === 'building') member.phase = 'idle';
      context.nudge();
    }
  };
}
