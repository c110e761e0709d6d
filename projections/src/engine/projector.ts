import { hostname } from 'node:os';
import type { EventLog } from '@ampora/application/ports';
import { decodeEvent } from '@ampora/catalogue';
import type { Logger } from '@ampora/platform';
import type { Pool } from 'pg';
import { createApplying } from './applying.ts';
import type { Bookmark, ProjectionRequest, Slot } from './bookkeeping.ts';
import { createBuildApart, type StartBuildWorker } from './build-apart.ts';
import { createBuilder } from './build-projections.ts';
import { createBuilding } from './building.ts';
import { createComparing } from './comparing.ts';
import { createContentReader } from './content-reader.ts';
import { createControlling } from './controlling.ts';
import type { Decode } from './decoded-event.ts';
import { createFollowing } from './following.ts';
import { createMember, isBuiltBeside, type Member } from './member.ts';
import { Members } from './members.ts';
import type { Projection } from './projection.ts';
import { requireConnections } from './pool-size.ts';
import { ProjectionLock } from './projection-lock.ts';
import { ProjectionWriter } from './projection-writer.ts';
import {
  BackOff,
  defaultBuildPageSize,
  describeError,
  type ProjectorContext,
  type ProjectorObserver,
} from './projector-context.ts';
import { createRates } from './rates.ts';
import { type RequestOptions, requestOf } from './requests.ts';
import { createSwapping } from './swapping.ts';

export interface ProjectorOptions {
  readonly pool: Pool;
  /** For the connection that holds the locks. */
  readonly connectionString: string;
  readonly eventLog: EventLog;
  readonly projections: readonly Projection[];
  readonly logger: Logger;
  /** Switches a version to serving as soon as it has caught up. Default true; false when an operator decides. */
  readonly autoSwitch?: boolean;
  /** Of the machine, at most, for what is built beside something that serves. From 0.05 to 1, default 0.5. */
  readonly rebuildShare?: number;
  /** Builds beside something that serves run in a thread that this starts; without it, in this one, in small steps. */
  readonly startBuildWorker?: StartBuildWorker;
  /** Events asked of the log at once while following. Default 1,000. */
  readonly batchSize?: number;
  /** Events per page while building. Default 1,000. */
  readonly buildPageSize?: number;
  /** Rows per table kept in memory. Default 50,000. */
  readonly cacheLimit?: number;
  /** How often requests, locks and rates are looked after. Default 1,000 ms. */
  readonly controlIntervalMs?: number;
  /** How stored events come to today's shape. Default: by the catalogue. */
  readonly decode?: Decode;
  /** Told of every batch and every stop, for whoever measures. */
  readonly observer?: ProjectorObserver;
}

export interface Projector {
  /** Begins to build and follow; returns at once. */
  start(): void;
  /** Ends in order: what is being applied is committed. */
  close(): Promise<void>;
  /** Asks for something on a projection; served by whichever projector holds its lock. Throws UnknownProjection. */
  request(name: string, version: number, request: ProjectionRequest, options?: RequestOptions): Promise<void>;
  /** Called after rows were committed. Returns how to stop listening. */
  onProgress(listener: () => void): () => void;
}

/** Builds, follows, switches, rebuilds and retires projections, those whose locks this process gets. Throws PoolTooSmall. */
export function createProjector(options: ProjectorOptions): Projector {
  const { pool, eventLog, logger } = options;
  const { cacheLimit = 50_000, controlIntervalMs = 1_000, rebuildShare = 0.5 } = options;
  requireConnections(pool, options.projections.length);
  const contents = createContentReader(eventLog);
  const listeners = new Set<() => void>();
  const stopping = new AbortController();
  const backOff = new BackOff();
  const builds = new Set<Promise<void>>();
  let buildsBeside = false;
  let wake: (() => void) | undefined;
  let loop: Promise<void> | undefined;

  const newWriter = (projection: Projection, slot: Slot) =>
    new ProjectionWriter({ pool, projection, slot, contents, cacheLimit });
  const members = new Members(
    options.projections.map((projection) => createMember(newWriter(projection, 'live'))),
  );
  const context: ProjectorContext = {
    pool,
    eventLog,
    contents,
    logger,
    observer: options.observer,
    members,
    owner: `${hostname()}:${process.pid}`,
    stopping: stopping.signal,
    decode: options.decode ?? decodeEvent,
    batchSize: options.batchSize ?? 1_000,
    buildPageSize: options.buildPageSize ?? defaultBuildPageSize,
    isThreadShared: true,
    autoSwitch: options.autoSwitch ?? true,
    rebuildShare,
    backOff,
    nudge: () => wake?.(),
    announce() {
      for (const listener of listeners) listener();
    },
  };
  const applying = createApplying(context);
  const building = createBuilding(context, applying);
  const following = createFollowing(context, applying);
  const swapping = createSwapping(context, following);
  const build = createBuilder(context, {
    applying,
    building,
    following,
    swapping,
    buildApart: options.startBuildWorker && createBuildApart(context, options.startBuildWorker),
  });
  const lock = new ProjectionLock({
    connectionString: options.connectionString,
    onLost: () => {
      if (stopping.signal.aborted) return;
      logger.warn('The connection that holds the projection locks was lost');
      for (const member of members.all()) member.opened = false;
      following.interrupt();
      context.nudge();
    },
  });
  const isMine = ({ writer: { key } }: Member) => lock.has(key.name, key.version);
  const controlling = createControlling(context, {
    lock,
    following,
    swapping,
    compare: createComparing(context, applying, following),
    newShadowWriter: ({ writer }) => newWriter(writer.projection, 'shadow'),
  });
  const noteRates = createRates(context, isMine);

  async function tick(): Promise<void> {
    await lock.check();
    for (const { writer } of members.live) await lock.tryTake(writer.key.name, writer.key.version);
    const bookmarks = await controlling.serveAll();
    for (const group of groupsOf(members.all().filter((member) => isToBuild(member, bookmarks)))) {
      // One at a time: several would take a share of the machine each. Those that wait are then built together.
      const isBeside = group.some(isBuiltBeside);
      if (isBeside && buildsBeside) continue;
      if (isBeside) buildsBeside = true;
      for (const member of group) member.phase = 'building';
      const running = build(group).finally(() => {
        builds.delete(running);
        if (isBeside) buildsBeside = false;
      });
      builds.add(running);
    }
    await noteRates();
  }

  function isToBuild(member: Member, bookmarks: readonly Bookmark[]): boolean {
    if (member.phase !== 'idle' || member.paused || !isMine(member)) return false;
    const { name, version, slot } = member.writer.key;
    const state = bookmarks.find(
      (one) => one.name === name && one.version === version && one.slot === slot,
    )?.state;
    return state !== 'failed' && state !== 'retired';
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await tick();
        if (following.size() > 0) backOff.reset();
      } catch (error) {
        if (stopping.signal.aborted) return;
        logger.warn('Projections cannot reach their database and will try again', {
          error: describeError(error),
        });
        backOff.grow();
      }
      await pause(backOff.ms > 0 ? backOff.ms : controlIntervalMs);
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
        if (backOff.ms === 0 || stopping.signal.aborted) done();
      };
    });
  }

  return {
    start() {
      loop ??= run();
    },
    async close() {
      stopping.abort();
      context.nudge();
      await following.close();
      await Promise.all(builds);
      await loop;
      await controlling.settled();
      await lock.release();
    },
    async request(name, version, request, requestOptions = {}) {
      await requestOf(pool, { name, version }, request, { share: rebuildShare, ...requestOptions });
      context.nudge();
    },
    onProgress(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** One scan of the log serves all that are built with the same share of the machine. */
function groupsOf(members: readonly Member[]): readonly (readonly Member[])[] {
  const kindOf = (member: Member) => `${isBuiltBeside(member)} ${member.share}`;
  return [...Map.groupBy(members, kindOf).values()];
}
