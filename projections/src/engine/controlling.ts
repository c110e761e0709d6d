import { type Bookmark, changeBookmark, deleteBookmark, readBookmarks } from './bookkeeping.ts';
import type { Following } from './following.ts';
import { createMember, type Member } from './member.ts';
import { readSchema } from './projection.ts';
import type { ProjectionLock } from './projection-lock.ts';
import type { ProjectionWriter } from './projection-writer.ts';
import { describeError, type ProjectorContext } from './projector-context.ts';
import type { Swapping } from './swapping.ts';

export interface ControlParts {
  readonly lock: ProjectionLock;
  readonly following: Following;
  readonly swapping: Swapping;
  compare(member: Member): Promise<void>;
  newShadowWriter(live: Member): ProjectionWriter;
}

export interface Controlling {
  /** Does what the bookkeeping asks for; what takes long goes on beside. */
  serveAll(): Promise<readonly Bookmark[]>;
  /** Resolves when nothing goes on beside any more. */
  settled(): Promise<void>;
}

/** Serves what operators ask of projections, those whose locks this process holds. */
export function createControlling(context: ProjectorContext, parts: ControlParts): Controlling {
  const { pool, logger, members, rebuildShare } = context;
  const { lock, following, swapping } = parts;
  /** What goes on beside, by projection and kind: nothing is begun twice. */
  const jobs = new Map<string, Promise<void>>();
  let isFirst = true;

  function beside(bookmark: Bookmark, kind: string, job: () => Promise<unknown>): void {
    const id = `${labelOf(bookmark)} ${kind}`;
    if (jobs.has(id)) return;
    const running = job()
      .then(() => undefined)
      .catch((error: unknown) => {
        logger.warn(`A projection could not do what was asked and will try again`, {
          projection: labelOf(bookmark),
          asked: kind,
          error: describeError(error),
        });
      })
      .finally(() => jobs.delete(id));
    jobs.set(id, running);
  }

  /** A rebuild is begun, and after a crash gone on with, because its row is there. */
  function adopt(bookmark: Bookmark): Member | undefined {
    const known = members.find(bookmark);
    if (known || bookmark.slot === 'live') return known;
    const live = members.find({ ...bookmark, slot: 'live' });
    if (!live || !lock.has(bookmark.name, bookmark.version)) return undefined;
    const shadow = createMember(parts.newShadowWriter(live));
    if (bookmark.state === 'failed') shadow.phase = 'stopped';
    members.addShadow(live, shadow);
    logger.info('A rebuild begins', {
      projection: live.writer.label,
      position: String(bookmark.position),
      share: bookmark.share,
      held: bookmark.held,
    });
    return shadow;
  }

  /** What the operator set goes for the member from now on. */
  async function follow(bookmark: Bookmark, member: Member, all: readonly Bookmark[]): Promise<void> {
    member.share = shareOf(bookmark, all);
    if (member.share !== bookmark.share) await changeBookmark(pool, bookmark, { share: member.share });
    if (member.paused === bookmark.paused) return;
    member.paused = bookmark.paused;
    logger.info(member.paused ? 'A build rests' : 'A build goes on', { projection: member.writer.label });
    if (member.paused && member.leaveWorker) beside(bookmark, 'pause', member.leaveWorker);
    if (member.paused && member.phase === 'following') {
      following.leave(member);
      member.phase = 'idle';
    }
  }

  /** A new version beside one that serves keeps to the share, too; what nothing serves for yet is built at full speed. */
  function shareOf({ name, version, slot, state, share }: Bookmark, all: readonly Bookmark[]): number {
    if (slot === 'shadow') return share;
    const isBeside = all.some(
      (one) => one.name === name && one.version !== version && one.slot === 'live' && one.state === 'serving',
    );
    return state === 'building' && isBeside ? rebuildShare : 1;
  }

  async function serve(bookmark: Bookmark, member: Member | undefined): Promise<void> {
    const { name, version, request } = bookmark;
    if (request === 'retire') {
      const isServed = bookmark.state === 'serving' || bookmark.stateBeforeFailure === 'serving';
      if (isServed) return changeBookmark(pool, bookmark, { request: null });
      if (await lock.tryTake(name, version)) beside(bookmark, 'retire', () => retire(bookmark, member));
      return;
    }
    if (!member || !lock.has(name, version)) return;
    if (request === 'compare') return beside(bookmark, 'compare', () => parts.compare(member));
    if (request === 'cancel') return beside(bookmark, 'cancel', () => cancel(bookmark, member));
    if (request === 'switch') {
      if (bookmark.state === 'caught-up') await swapping.switchTo(member);
      else if (bookmark.state !== 'serving') return;
    }
    if (request === 'retry' && bookmark.state === 'failed') await retry(bookmark, member);
    await changeBookmark(pool, bookmark, { request: null });
  }

  async function retry(bookmark: Bookmark, member: Member): Promise<void> {
    await changeBookmark(pool, bookmark, {
      state: bookmark.stateBeforeFailure ?? 'building',
      state_before_failure: null,
      error: null,
      poison_position: null,
      poison_type: null,
      poison_stream: null,
    });
    member.phase = 'idle';
    member.opened = false;
  }

  async function retire(bookmark: Bookmark, member: Member | undefined): Promise<void> {
    const drop = async () => {
      for (const table of bookmark.tables)
        await pool.query(`drop table if exists ${readSchema}."${table.replaceAll('"', '""')}"`);
      await changeBookmark(pool, bookmark, {
        state: 'retired',
        request: null,
        indexed: false,
        comparison: null,
      });
    };
    if (member) {
      following.leave(member);
      member.phase = 'stopped';
      await member.leaveWorker?.();
      await member.writer.exclusively(async () => {
        await member.writer.abandonLoad();
        await drop();
      });
    } else {
      await drop();
    }
    logger.info('A projection was retired', { projection: labelOf(bookmark) });
  }

  async function cancel(bookmark: Bookmark, member: Member): Promise<void> {
    following.leave(member);
    member.phase = 'stopped';
    const tables = member.writer.tables.flatMap(({ main, history }) => (history ? [main, history] : [main]));
    // An index of a large table may be minutes from its end.
    await pool.query(
      `select pg_cancel_backend(pid) from pg_stat_progress_create_index
       where relid = any(select to_regclass(name) from unnest($1::text[]) name)`,
      [tables.map(({ qualified }) => qualified)],
    );
    await member.leaveWorker?.();
    await member.writer.exclusively(async () => {
      await member.writer.abandonLoad();
      await member.writer.dropTables();
      await deleteBookmark(pool, bookmark);
    });
    members.removeShadow(member);
    logger.info('A rebuild was given up', { projection: member.writer.label });
  }

  /** What a process left that ended in the middle of it. */
  async function clearUp(bookmarks: readonly Bookmark[]): Promise<void> {
    for (const bookmark of bookmarks) {
      const { name, version, comparison } = bookmark;
      if (!lock.has(name, version) || comparison?.state !== 'running') continue;
      if (jobs.has(`${labelOf(bookmark)} compare`)) continue;
      await changeBookmark(pool, bookmark, {
        comparison: { ...comparison, state: 'failed', message: 'The process that compared has ended' },
      });
    }
  }

  return {
    async serveAll() {
      const bookmarks = await readBookmarks(pool);
      if (isFirst) await reviveRetired(bookmarks);
      isFirst = false;
      await clearUp(bookmarks);
      for (const bookmark of bookmarks) {
        const member = adopt(bookmark);
        const isMine = member && lock.has(bookmark.name, bookmark.version);
        if (isMine) await follow(bookmark, member, bookmarks);
        if (bookmark.request) await serve(bookmark, member);
        const isReady = bookmark.slot === 'shadow' && bookmark.state === 'caught-up' && !bookmark.held;
        if (isMine && isReady && member.phase === 'following')
          beside(bookmark, 'switch', () => swapping.takePlace(member));
      }
      return bookmarks;
    },
    async settled() {
      await Promise.all(jobs.values());
    },
  };

  /** A process that begins with a version needs it: also one that was retired, as after a deploy that was taken back. */
  async function reviveRetired(bookmarks: readonly Bookmark[]): Promise<void> {
    for (const bookmark of bookmarks) {
      if (bookmark.state === 'retired' && bookmark.slot === 'live' && members.find(bookmark))
        await deleteBookmark(pool, bookmark);
    }
  }
}

function labelOf({ name, version, slot }: Bookmark): string {
  return `${name} v${version}${slot === 'shadow' ? ' (rebuild)' : ''}`;
}
