import { hostname } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import type { EventLog } from '@ampora/application/ports';
import { decodeEvent } from '@ampora/catalogue';
import type { Logger } from '@ampora/platform';
import type { Pool } from 'pg';
import { createApplying } from './applying.ts';
import { type BuildOrder, type BuildReport, isSameKey, type LeaveMessage } from './build-messages.ts';
import { changeBookmark, readBookmark } from './bookkeeping.ts';
import { createBuilding } from './building.ts';
import { createContentReader } from './content-reader.ts';
import { DutyCycle } from './duty-cycle.ts';
import { createMember, type Member } from './member.ts';
import { Members } from './members.ts';
import { requireConnections } from './pool-size.ts';
import type { Projection } from './projection.ts';
import { ProjectionWriter } from './projection-writer.ts';
import {
  BackOff,
  defaultBuildPageSize,
  describeError,
  type ProjectorContext,
  settleAll,
} from './projector-context.ts';
import { createRates } from './rates.ts';

export interface BuildWorkerOptions {
  readonly port: MessagePort;
  readonly order: BuildOrder;
  readonly pool: Pool;
  readonly eventLog: EventLog;
  readonly projections: readonly Projection[];
  readonly cacheLimit?: number;
  readonly buildPageSize?: number;
}

const rateIntervalMs = 1_000;

/**
 * The work of a build in a thread of its own, so that nobody waits for its turns of the event loop: from the checkpoints
 * to the end of the log, with indexes. Resolves when that is done, or given up; the bookkeeping says how far it came.
 */
export async function runBuildWorker(options: BuildWorkerOptions): Promise<void> {
  const { port, order, pool, eventLog, projections } = options;
  requireConnections(pool, order.keys.length);
  const report = (message: BuildReport) => {
    port.postMessage(message);
  };
  const contents = createContentReader(eventLog);
  const stopping = new AbortController();
  const group = order.keys.flatMap(({ name, version, slot }) => {
    const projection = projections.find((one) => one.name === name && one.version === version);
    if (!projection) return [];
    const cacheLimit = options.cacheLimit ?? 50_000;
    const member = createMember(new ProjectionWriter({ pool, projection, slot, contents, cacheLimit }));
    member.share = order.share;
    member.phase = 'building';
    return [member];
  });
  const context: ProjectorContext = {
    pool,
    eventLog,
    contents,
    logger: loggerTo(report),
    observer: {
      applied: (batch) => {
        report({ kind: 'applied', batch });
      },
      stopped: (stop) => {
        report({ kind: 'stopped', stop });
      },
    },
    members: new Members(group),
    owner: `${hostname()}:${process.pid}`,
    stopping: stopping.signal,
    decode: decodeEvent,
    batchSize: 1_000,
    buildPageSize: options.buildPageSize ?? defaultBuildPageSize,
    isThreadShared: false,
    autoSwitch: false,
    rebuildShare: order.share,
    backOff: new BackOff(),
    nudge: () => undefined,
    announce: () => {
      report({ kind: 'committed' });
    },
  };
  const { scan, isWanted } = createBuilding(context, createApplying(context));
  const noteRates = createRates(context, () => true);
  const duty = new DutyCycle(() => order.share, stopping.signal);

  async function leave(member: Member): Promise<void> {
    member.paused = true;
    await member.writer.exclusively(async () => {
      if (member.phase === 'building')
        await member.writer.commitLoad().catch(() => member.writer.abandonLoad());
      member.phase = 'stopped';
    });
    report({ kind: 'left', key: member.writer.key });
  }

  port.on('message', (message: LeaveMessage) => {
    for (const member of group) {
      if (!message.leave.some((key) => isSameKey(key, member.writer.key))) continue;
      leave(member).catch((error: unknown) => {
        report({ kind: 'failed', message: describeError(error) });
      });
    }
    if (group.every(({ paused }) => paused)) stopping.abort();
  });
  const rates = setInterval(() => {
    noteRates().catch(() => undefined);
  }, rateIntervalMs);

  /** What was given up meanwhile is not made again. */
  async function open(member: Member): Promise<void> {
    if (isWanted(member) && (await readBookmark(pool, member.writer.key))) await member.writer.open();
    else member.phase = 'stopped';
  }

  async function index(member: Member): Promise<void> {
    const { writer } = member;
    if (!isWanted(member) || (await readBookmark(pool, writer.key))?.indexed !== false) return;
    await writer.createIndexes(order.share < 1 ? (workedMs) => duty.rest(workedMs) : undefined);
    await changeBookmark(pool, writer.key, { indexed: true });
  }

  try {
    for (const member of group) await member.writer.exclusively(() => open(member));
    await scan(group);
    await settleAll(group.map(index));
    await scan(group.filter(isWanted));
    report({ kind: 'done', keys: group.filter(isWanted).map(({ writer }) => writer.key) });
  } catch (error) {
    // All of them were asked back.
    if (!stopping.signal.aborted) throw error;
  } finally {
    clearInterval(rates);
    for (const { writer } of group) await writer.exclusively(() => writer.abandonLoad());
  }
}

function loggerTo(report: (message: BuildReport) => void): Logger {
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (message: string, properties?: Readonly<Record<string, unknown>>): void => {
      report({ kind: 'log', level, message, ...(properties ? { properties } : {}) });
    };
  const logger: Logger = {
    category: 'Ampora.Projections',
    child: () => logger,
    isEnabled: () => true,
    debug: () => undefined,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    critical: at('error'),
  };
  return logger;
}
