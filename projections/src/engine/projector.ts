import { hostname } from 'node:os';
import type { EventLog, Subscription } from '@ampora/application/ports';
import { END_OF_TIME, type Position, START } from '@ampora/kernel';
import type { Logger } from '@ampora/platform';
import type { Pool } from 'pg';
import {
  type Bookmark,
  changeBookmark,
  deleteBookmark,
  moveIdleCheckpoints,
  type ProjectionRequest,
  readBookmark,
  readBookmarks,
  requestOf,
} from './bookkeeping.ts';
import { createContentReader } from './content-reader.ts';
import { isDataError, isLockTimeout, isShapeError } from './database-errors.ts';
import { type DecodedEvent, decodeEvents } from './decoded-event.ts';
import { type Projection, readSchema, shadowSchema } from './projection.ts';
import { ProjectionLock } from './projection-lock.ts';
import { LoadFailed, PoisonEvent, ProjectionWriter } from './projection-writer.ts';
import { inTransaction } from './with-client.ts';

export interface ProjectorOptions {
  readonly pool: Pool;
  /** For the connection that holds the locks. */
  readonly connectionString: string;
  readonly eventLog: EventLog;
  readonly projections: readonly Projection[];
  readonly logger: Logger;
  /** Switches a version to serving as soon as it has caught up. Default true; false when an operator decides. */
  readonly autoSwitch?: boolean;
  /** Events asked of the log at once while following. Default 1,000. */
  readonly batchSize?: number;
  /** Events per page while building. Default 5,000. */
  readonly buildPageSize?: number;
  /** Rows per table kept in memory. Default 50,000. */
  readonly cacheLimit?: number;
  /** How often requests, locks and rates are looked after. Default 1,000 ms. */
  readonly controlIntervalMs?: number;
  /** Told of every batch and every stop, for whoever measures. */
  readonly observer?: ProjectorObserver;
}

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

export interface Projector {
  /** Begins to build and follow; returns at once. */
  start(): void;
  /** Ends in order: what is being applied is committed. */
  close(): Promise<void>;
  /** Asks for something on a projection; served by whichever projector holds its lock. */
  request(name: string, version: number, request: ProjectionRequest): Promise<void>;
  /** Called after rows were committed. Returns how to stop listening. */
  onProgress(listener: () => void): () => void;
}

type Phase = 'idle' | 'building' | 'following' | 'stopped';

interface Tail {
  subscription: Subscription;
  /** Everything up to here was handed over. */
  position: Position;
  waiting: { readonly events: readonly DecodedEvent[]; readonly position: Position }[];
  /** Settles when nothing waits any more. */
  applying: Promise<void> | undefined;
  failure: unknown;
}

interface Member {
  readonly writer: ProjectionWriter;
  phase: Phase;
  opened: boolean;
  /** A build met something that it cannot take: event by event until it is found. */
  careful: boolean;
  bookmark: Bookmark | undefined;
  seenEvents: number;
  seenPosition: Position;
  rate: number;
  positionRate: number;
}

/** Events that wait to be applied while following, at most (and one batch more): they are applied together. */
const gatheredEvents = 20_000;
const firstBackOffMs = 100;
const lastBackOffMs = 5_000;

/** Builds, follows, switches, rebuilds and retires projections, those whose locks this process gets. */
export function createProjector(options: ProjectorOptions): Projector {
  const { pool, eventLog, logger, observer } = options;
  const { autoSwitch = true, batchSize = 1_000, buildPageSize = 5_000 } = options;
  const { cacheLimit = 50_000, controlIntervalMs = 1_000 } = options;
  const owner = `${hostname()}:${process.pid}`;
  const contents = createContentReader(eventLog);
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  const members: Member[] = options.projections.map((projection) => newMember(projection, 'live'));
  const shadows = new Map<Member, Member>();
  const following = new Set<Member>();
  const builds = new Set<Promise<void>>();
  let tail: Tail | undefined;
  let backOffMs = 0;
  let wake: (() => void) | undefined;
  let loop: Promise<void> | undefined;
  let lastTickMs = 0;
  const lock = new ProjectionLock({
    connectionString: options.connectionString,
    onLost: () => {
      if (stopping.signal.aborted) return;
      logger.warn('The connection that holds the projection locks was lost');
      for (const member of all()) member.opened = false;
      void tail?.subscription.close();
      nudge();
    },
  });

  function newMember(projection: Projection, slot: 'live' | 'shadow'): Member {
    const writer = new ProjectionWriter({ pool, projection, slot, contents, cacheLimit });
    return {
      writer,
      phase: 'idle',
      opened: false,
      careful: false,
      bookmark: undefined,
      seenEvents: 0,
      seenPosition: START,
      rate: 0,
      positionRate: 0,
    };
  }

  function all(): readonly Member[] {
    return [...members, ...shadows.values()];
  }

  function nudge(): void {
    wake?.();
  }

  function announce(): void {
    for (const listener of listeners) listener();
  }

  function describe(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
  }

  // ------------------------------------------------------------------ failing

  /** Notes what stopped a projection; the others go on. */
  async function fail(member: Member, error: PoisonEvent | Error): Promise<void> {
    const { writer } = member;
    const { name, version } = writer.key;
    member.phase = 'stopped';
    following.delete(member);
    observer?.stopped({ name, version, category: error instanceof PoisonEvent ? 'poison' : 'shape' });
    const poison = error instanceof PoisonEvent ? error : undefined;
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

  /** Trouble with the stores is thrown; trouble with an event or the tables stops the projection. */
  async function applyTo(
    member: Member,
    how: 'apply' | 'load' | 'commitLoad',
    events: readonly DecodedEvent[],
    upTo: Position,
  ): Promise<'applied' | 'idle' | 'stopped'> {
    try {
      return (await member.writer.exclusively(() => measured(member, how, events, upTo)))
        ? 'applied'
        : 'idle';
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

  async function measured(
    { writer }: Member,
    how: 'apply' | 'load' | 'commitLoad',
    ...batch: Parameters<ProjectionWriter['apply']>
  ) {
    const startedMs = performance.now();
    const doneBefore = writer.eventsDone;
    const applied =
      how === 'commitLoad' ? await writer.commitLoad().then(() => true) : await writer[how](...batch);
    const events = writer.eventsDone - doneBefore;
    if (events > 0) {
      const seconds = (performance.now() - startedMs) / 1_000;
      const { name, version } = writer.key;
      observer?.applied({ name, version, events, seconds });
    }
    return applied;
  }

  // ----------------------------------------------------------------- building

  function typesOf(group: readonly Member[]): string[] {
    return [...new Set(group.flatMap((member) => [...member.writer.handles]))];
  }

  function earliest(group: readonly Member[]): Position {
    const positions = group.map(({ writer }) => writer.position);
    return positions.reduce((least, position) => (position < least ? position : least), END_OF_TIME);
  }

  /** Brings all of `group` from their checkpoints to the end of the log. */
  async function scan(group: readonly Member[]): Promise<void> {
    const head = await eventLog.head();
    try {
      await scanLog(group, false);
      await settleAll(group.map((member) => applyTo(member, 'commitLoad', [], START)));
      for (const member of group.filter(({ careful }) => careful)) {
        await scanLog([member], true);
        member.careful = false;
      }
    } finally {
      for (const { writer } of group) await writer.exclusively(() => writer.abandonLoad());
    }
    if (!stopping.signal.aborted) await skipAll(group, head);
  }

  /** One scan for all members that are to be built this way, from the earliest checkpoint. */
  async function scanLog(group: readonly Member[], carefully: boolean): Promise<void> {
    const from = earliest(group);
    const pages = eventLog
      .readAll({ from, filter: { types: typesOf(group) }, pageSize: buildPageSize, signal: stopping.signal })
      [Symbol.asyncIterator]();
    try {
      let next = await pages.next();
      while (!next.done && !stopping.signal.aborted) {
        const events = decodeEvents(next.value);
        const upTo = next.value.at(-1)?.position;
        const ahead = pages.next();
        // Reading goes on while this page is applied; its failure is met when it is awaited.
        ahead.catch(() => undefined);
        if (upTo !== undefined) {
          const active = group.filter(({ phase, careful }) => phase === 'building' && careful === carefully);
          if (active.length === 0) break;
          await settleAll(
            active.map((member) => applyTo(member, carefully ? 'apply' : 'load', events, upTo)),
          );
          announce();
        }
        next = await ahead;
      }
    } finally {
      await pages.return?.();
    }
  }

  /** Nothing for these projections stands between their checkpoints and `position`. */
  async function skipAll(group: readonly Member[], position: Position): Promise<void> {
    const behind = group.filter(({ phase, writer }) => phase !== 'stopped' && writer.position < position);
    if (behind.length === 0) return;
    await moveIdleCheckpoints(
      pool,
      behind.map(({ writer }) => writer.key),
      position,
    );
    for (const { writer } of behind) writer.skipTo(position);
  }

  async function build(group: readonly Member[]): Promise<void> {
    try {
      for (const member of group) {
        if (!member.opened) {
          member.bookmark = await member.writer.open();
          await changeBookmark(pool, member.writer.key, { lock_owner: owner });
          member.opened = true;
        }
      }
      await scan(group);
      await settleAll(group.map(finish));
    } catch (error) {
      if (stopping.signal.aborted) return;
      logger.warn('Building was interrupted and will go on', { error: describe(error) });
      backOffMs = Math.min(Math.max(backOffMs * 2, firstBackOffMs), lastBackOffMs);
      for (const member of group) {
        member.opened = false;
        if (member.phase === 'building') member.phase = 'idle';
      }
    } finally {
      for (const member of group) if (member.phase === 'building') member.phase = 'idle';
      nudge();
    }
  }

  /** Each for itself: while one is being indexed, another already serves. */
  async function finish(member: Member): Promise<void> {
    if (stopping.signal.aborted || member.phase !== 'building') return;
    try {
      if (member.writer.key.slot === 'shadow') await finishRebuild(member);
      else await finishBuild(member);
    } catch (error) {
      // Rows that no index can hold: the same as rows that the table refuses.
      if (!isDataError(error)) throw error;
      await fail(member, error as Error);
    }
  }

  async function finishBuild(member: Member): Promise<void> {
    const { writer } = member;
    const bookmark = await readBookmark(pool, writer.key);
    if (!bookmark || bookmark.state === 'retired') return;
    if (!bookmark.indexed) {
      await writer.createIndexes();
      await changeBookmark(pool, writer.key, { indexed: true });
      await scan([member]);
    }
    if (bookmark.state === 'building') {
      await changeBookmark(pool, writer.key, { state: 'caught-up' });
      logger.info('A projection has caught up', {
        projection: writer.label,
        position: String(writer.position),
      });
      if (autoSwitch) await switchTo(member);
    }
    while (tail && tail.position > writer.position && member.phase === 'building') await scan([member]);
    // From the check above to here nothing is awaited: the tail cannot have moved on.
    if (member.phase !== 'building' || stopping.signal.aborted) return;
    member.phase = 'following';
    following.add(member);
    startTail(writer.position);
    announce();
  }

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

  // ---------------------------------------------------------------- following

  function startTail(from: Position): void {
    if (tail || stopping.signal.aborted) return;
    const types = typesOf(members);
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
      filter: { types },
      batchSize,
      onBatch: async (batch) => {
        if (batch.position > current.position) current.position = batch.position;
        current.waiting.push({ events: decodeEvents(batch.events), position: batch.position });
        current.applying ??= applyWaiting(current);
        const waiting = current.waiting.reduce((sum, { events }) => sum + events.length, 0);
        if (waiting >= gatheredEvents) await current.applying;
        if (current.failure !== undefined) throw current.failure;
      },
    });
    const ended = async (error?: unknown) => {
      await current.applying;
      const cause = error ?? current.failure;
      if (tail === current) tail = undefined;
      for (const member of following) {
        member.phase = 'idle';
        if (cause) member.opened = false;
      }
      following.clear();
      if (cause && !stopping.signal.aborted) {
        logger.warn('Following the log was interrupted and will go on', { error: describe(cause) });
        backOffMs = Math.min(Math.max(backOffMs * 2, firstBackOffMs), lastBackOffMs);
      }
      nudge();
    };
    current.subscription.ended.then(() => ended(), ended);
  }

  /** Applies what waits, together: what comes meanwhile waits for the next turn. The further behind, the larger. */
  async function applyWaiting(current: Tail): Promise<void> {
    try {
      while (current.waiting.length > 0) {
        const taken = current.waiting;
        current.waiting = [];
        const upTo = taken.at(-1)?.position ?? START;
        await follow(
          taken.flatMap(({ events }) => events),
          upTo,
        );
        backOffMs = 0;
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
    const group = [...following];
    const outcomes = await settleAll(group.map((member) => applyTo(member, 'apply', events, upTo)));
    await skipAll(
      group.filter((_, index) => outcomes[index] === 'idle'),
      upTo,
    );
    announce();
  }

  // --------------------------------------------------------------- rebuilding

  async function beginRebuild(live: Member): Promise<void> {
    if (shadows.has(live)) return;
    const key = { ...live.writer.key, slot: 'shadow' as const };
    const shadow = newMember(live.writer.projection, 'shadow');
    const unfinished = await readBookmark(pool, key);
    if (unfinished?.state !== 'building') {
      await deleteBookmark(pool, key);
      await shadow.writer.dropTables();
    }
    // Its bookmark stands before the request is crossed out: a crash in between loses nothing.
    shadow.bookmark = await shadow.writer.open();
    shadow.opened = true;
    shadows.set(live, shadow);
    logger.info('A rebuild begins', { projection: live.writer.label });
  }

  /** The shadow tables take the place of the old ones in one transaction; readers wait for it, none fails. */
  async function finishRebuild(shadow: Member): Promise<void> {
    const live = [...shadows].find(([, one]) => one === shadow)?.[0];
    if (!live) return;
    await shadow.writer.createIndexes();
    await scan([shadow]);
    await live.writer.exclusively(async () => {
      const standing = await readBookmark(pool, live.writer.key);
      while (standing && shadow.writer.position < standing.position) {
        if (shadow.phase !== 'building' || stopping.signal.aborted) return;
        await scan([shadow]);
      }
      if (shadow.phase !== 'building' || stopping.signal.aborted) return;
      for (;;) {
        try {
          await takePlace(shadow, live);
          break;
        } catch (error) {
          if (!isLockTimeout(error)) throw error;
        }
      }
      live.bookmark = await live.writer.open();
    });
    shadow.phase = 'stopped';
    shadows.delete(live);
    if (live.phase === 'stopped') live.phase = 'idle';
    logger.info('A rebuild took the place of the old tables', { projection: live.writer.label });
    announce();
  }

  async function takePlace(shadow: Member, live: Member): Promise<void> {
    await inTransaction(pool, async (client) => {
      // A long read must not make all later ones queue behind this one.
      await client.query(`set local lock_timeout = '2s'`);
      for (const { main, history } of shadow.writer.tables) {
        for (const table of history ? [main, history] : [main]) {
          await client.query(`drop table if exists ${readSchema}."${table.name}"`);
          await client.query(`alter table ${shadowSchema}."${table.name}" set schema ${readSchema}`);
        }
      }
      await client.query(
        `update read.projections l set position = s.position, last_time = s.last_time, events_done = s.events_done,
           indexed = true, state = case when l.state in ('failed', 'retired', 'building')
             then case when coalesce(l.state_before_failure, 'serving') = 'building' then 'caught-up'
               else coalesce(l.state_before_failure, 'serving') end
             else l.state end,
           state_before_failure = null, error = null, poison_position = null, poison_type = null,
           poison_stream = null, request = null, updated_at = now()
         from read.projections s
         where l.name = $1 and l.version = $2 and l.slot = 'live'
           and s.name = l.name and s.version = l.version and s.slot = 'shadow'`,
        [live.writer.key.name, live.writer.key.version],
      );
      await client.query(
        `delete from read.projections where name = $1 and version = $2 and slot = 'shadow'`,
        [live.writer.key.name, live.writer.key.version],
      );
    });
  }

  // -------------------------------------------------------------- controlling

  async function serve(bookmark: Bookmark): Promise<void> {
    const { name, version, slot, request } = bookmark;
    const member = all().find(
      ({ writer: { key } }) => key.name === name && key.version === version && key.slot === slot,
    );
    if (request === 'retire') {
      if (bookmark.state === 'serving' || !(await lock.tryTake(name, version))) return;
      await retire(bookmark, member);
      return;
    }
    if (!member || !lock.has(name, version)) return;
    if (request === 'switch') {
      if (bookmark.state === 'caught-up') await switchTo(member);
      else if (bookmark.state !== 'serving') return;
    }
    if (request === 'retry' && bookmark.state === 'failed') {
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
    if (request === 'rebuild' && slot === 'live') await beginRebuild(member);
    if (request) await changeBookmark(pool, bookmark, { request: null });
  }

  async function retire(bookmark: Bookmark, member: Member | undefined): Promise<void> {
    const drop = async () => {
      for (const table of bookmark.tables)
        await pool.query(`drop table if exists ${readSchema}."${table.replaceAll('"', '""')}"`);
      await changeBookmark(pool, bookmark, { state: 'retired', request: null, indexed: false });
    };
    if (member) {
      following.delete(member);
      member.phase = 'stopped';
      await member.writer.exclusively(drop);
    } else {
      await drop();
    }
    logger.info('A projection was retired', { projection: `${bookmark.name} v${bookmark.version}` });
  }

  async function tick(): Promise<void> {
    await lock.check();
    for (const { writer } of members) await lock.tryTake(writer.key.name, writer.key.version);
    const bookmarks = await readBookmarks(pool);
    for (const bookmark of bookmarks) {
      if (bookmark.request) await serve(bookmark);
      // A rebuild that a crash cut short goes on where it stood.
      const live = members.find(
        ({ writer: { key } }) => key.name === bookmark.name && key.version === bookmark.version,
      );
      if (bookmark.slot === 'shadow' && bookmark.state === 'building' && live && isMine(live))
        await beginRebuild(live);
    }
    const states = new Map(bookmarks.map((one) => [`${one.name}:${one.version}:${one.slot}`, one.state]));
    const toBuild = all().filter((member) => {
      const { key } = member.writer;
      const state = states.get(`${key.name}:${key.version}:${key.slot}`);
      if (state === 'failed' || state === 'retired') return false;
      return member.phase === 'idle' && isMine(member);
    });
    if (toBuild.length > 0) {
      for (const member of toBuild) member.phase = 'building';
      const running = build(toBuild).finally(() => builds.delete(running));
      builds.add(running);
    }
    await noteRates();
  }

  function isMine({ writer: { key } }: Member): boolean {
    return lock.has(key.name, key.version);
  }

  async function noteRates(): Promise<void> {
    const nowMs = performance.now();
    const seconds = (nowMs - lastTickMs) / 1_000;
    if (seconds < 0.5) return;
    lastTickMs = nowMs;
    for (const member of all()) {
      const { writer } = member;
      const events = (writer.eventsDone - member.seenEvents) / seconds;
      const positions = Number(writer.position - member.seenPosition) / seconds;
      member.seenEvents = writer.eventsDone;
      member.seenPosition = writer.position;
      const before = member.rate;
      member.rate = member.rate * 0.7 + events * 0.3;
      member.positionRate = member.positionRate * 0.7 + positions * 0.3;
      if (member.rate < 0.05) member.rate = 0;
      if (member.rate === before || !isMine(member)) continue;
      await changeBookmark(pool, writer.key, { rate: member.rate, position_rate: member.positionRate });
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await tick();
        backOffMs = following.size > 0 ? 0 : backOffMs;
      } catch (error) {
        if (stopping.signal.aborted) return;
        logger.warn('Projections cannot reach their database and will try again', { error: describe(error) });
        backOffMs = Math.min(Math.max(backOffMs * 2, firstBackOffMs), lastBackOffMs);
        await pause(backOffMs);
        continue;
      }
      await pause(backOffMs > 0 ? backOffMs : controlIntervalMs);
    }
  }

  /** Ends early when there is something to do, or at once when closing; a back-off is not cut short. */
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      wake = () => {
        if (backOffMs === 0 || stopping.signal.aborted) done();
      };
    });
  }

  return {
    start() {
      lastTickMs = performance.now();
      loop ??= run();
    },
    async close() {
      stopping.abort();
      nudge();
      const last = tail;
      await last?.subscription.close();
      await last?.applying;
      await Promise.all(builds);
      await loop;
      await lock.release();
    },
    async request(name, version, request) {
      await requestOf(pool, name, version, request);
      nudge();
    },
    onProgress(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Waits for all, then throws the first failure: none of them may still be writing when trouble is handled. */
async function settleAll<Result>(tasks: readonly Promise<Result>[]): Promise<readonly Result[]> {
  const outcomes = await Promise.allSettled(tasks);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
