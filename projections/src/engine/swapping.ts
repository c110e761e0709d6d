import { setTimeout as sleep } from 'node:timers/promises';
import { readBookmark } from './bookkeeping.ts';
import { isLockTimeout } from './database-errors.ts';
import type { Following } from './following.ts';
import type { Member } from './member.ts';
import { readSchema, shadowSchema } from './projection.ts';
import type { ProjectorContext } from './projector-context.ts';
import { inTransaction } from './with-client.ts';

export interface Swapping {
  /** A version that has caught up serves from now on; the others go on following. */
  switchTo(member: Member): Promise<void>;
  /** `switchTo`, unless a newer version serves: an older process must not take its place. */
  serveUnlessOlder(member: Member): Promise<void>;
  /** A rebuild that follows takes the place of the old tables; false when that cannot be now: ask again. */
  takePlace(shadow: Member): Promise<boolean>;
}

/**
 * How long the swap waits for its first table and, holding that, for each other one: so long readers wait at most. Far
 * shorter than the server needs to find a deadlock (1 s): where a reader wants the same tables in another order, it
 * is the swap that gives way, and it takes them the other way round the next time.
 */
const firstLockTimeoutMs = 150;
const nextLockTimeoutMs = 40;
const attempts = 6;
const betweenAttemptsMs = 150;

export function createSwapping(context: ProjectorContext, following: Following): Swapping {
  const { pool, logger, members, stopping } = context;

  async function switchTo({ writer }: Member): Promise<void> {
    const { name, version } = writer.key;
    await inTransaction(pool, async (client) => {
      await client.query(
        `update read.projections set state = 'caught-up', updated_at = now()
         where name = $1 and version <> $2 and slot = 'live' and state = 'serving'`,
        [name, version],
      );
      await client.query(
        `update read.projections set state = 'serving', updated_at = now()
         where name = $1 and version = $2 and slot = 'live' and state = 'caught-up'`,
        [name, version],
      );
    });
    logger.info('A projection serves', { projection: writer.label });
  }

  async function serveUnlessOlder(member: Member): Promise<void> {
    const { name, version } = member.writer.key;
    const newer = await pool.query(
      `select 1 from read.projections where name = $1 and version > $2 and slot = 'live' and state = 'serving'`,
      [name, version],
    );
    if (newer.rowCount === 0) await switchTo(member);
  }

  async function takePlace(shadow: Member): Promise<boolean> {
    for (let attempt = 0; attempt < attempts && !stopping.aborted; attempt++) {
      if (attempt > 0) await sleep(betweenAttemptsMs);
      if (await following.quietly(() => tryOnce(shadow, attempt % 2 === 1))) return true;
      if (shadow.phase !== 'following') return false;
    }
    return false;
  }

  /** Between two batches: what follows stands still, and both stand at the same position. */
  async function tryOnce(shadow: Member, backwards: boolean): Promise<boolean> {
    const live = members.liveOf(shadow);
    // One that is being caught up itself moves meanwhile: its turn comes when it follows.
    if (!live || shadow.phase !== 'following' || live.phase === 'building') return false;
    const { phase } = live;
    const standing = await readBookmark(pool, live.writer.key);
    if (!standing || standing.position > shadow.writer.position) return false;
    // Until it is open again nobody else may begin with it.
    live.phase = 'stopped';
    try {
      await swapTables(shadow, live, backwards);
      giveUp(shadow);
      await live.writer.exclusively(() => live.writer.open());
      live.opened = true;
      if (phase === 'following') following.join(live);
      else live.phase = 'idle';
    } catch (error) {
      if (isLockTimeout(error)) {
        live.phase = phase;
        return false;
      }
      // Nobody knows whether it was committed: both begin again from what the bookkeeping says.
      giveUp(shadow);
      following.leave(live);
      live.phase = 'idle';
      live.opened = false;
      throw error;
    }
    logger.info('A rebuild took the place of the old tables', { projection: live.writer.label });
    context.announce();
    context.nudge();
    return true;
  }

  function giveUp(shadow: Member): void {
    following.leave(shadow);
    shadow.phase = 'stopped';
    members.removeShadow(shadow);
  }

  async function swapTables(shadow: Member, live: Member, backwards: boolean): Promise<void> {
    const { name, version } = live.writer.key;
    const tables = shadow.writer.tables.flatMap(({ main, history }) => (history ? [main, history] : [main]));
    await inTransaction(pool, async (client) => {
      // A long read must not make all later ones queue behind this one.
      let timeoutMs = firstLockTimeoutMs;
      for (const { name: table } of backwards ? tables.toReversed() : tables) {
        await client.query(`set local lock_timeout = '${timeoutMs}ms'`);
        const there = await client.query('select to_regclass($1) as there', [`${readSchema}."${table}"`]);
        if (there.rows[0].there === null) continue;
        await client.query(`lock table ${readSchema}."${table}" in access exclusive mode`);
        timeoutMs = nextLockTimeoutMs;
      }
      for (const table of tables) {
        await client.query(`drop table if exists ${readSchema}."${table.name}"`);
        await client.query(`alter table ${shadowSchema}."${table.name}" set schema ${readSchema}`);
      }
      const moved = await client.query(
        `update read.projections l set position = s.position, last_time = s.last_time, events_done = s.events_done,
           indexed = true, state = case when l.state in ('failed', 'retired', 'building')
             then case when coalesce(l.state_before_failure, 'serving') = 'building' then 'caught-up'
               else coalesce(l.state_before_failure, 'serving') end
             else l.state end,
           state_before_failure = null, error = null, poison_position = null, poison_type = null,
           poison_stream = null, request = null, comparison = null, paused = false, share = 1,
           started_at = s.started_at, updated_at = now()
         from read.projections s
         where l.name = $1 and l.version = $2 and l.slot = 'live' and l.position <= s.position
           and s.name = l.name and s.version = l.version and s.slot = 'shadow' and s.position = $3`,
        [name, version, String(shadow.writer.position)],
      );
      if (moved.rowCount !== 1) throw new Error(`${shadow.writer.label} is held by another process`);
      await client.query(
        `delete from read.projections where name = $1 and version = $2 and slot = 'shadow'`,
        [name, version],
      );
    });
  }

  return { switchTo, serveUnlessOlder, takePlace };
}
