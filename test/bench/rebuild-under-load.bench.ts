import { createClient } from '@ampora/api-contract';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { type ThrowAwayDatabase, throwAwayPostgres } from '@ampora/testkit/postgres';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { NeverComes, waitUntil } from '../system/wait-until.ts';
import { defineBench, type Measured, type RoundContext } from './harness.ts';
import { writeFleetHistory } from './history/fleet-history.ts';
import type { LoadRequests } from './load/generator.ts';
import type { Exchanged } from './load/load-fleet.ts';
import { type BenchProcess, startProcess } from './processes/start-process.ts';

/**
 * P15: what agents and readers feel while every read model is rebuilt from 10^6 events (quick: 10^5) and switched:
 * the 99th percentile of acknowledgements and of reads, against the same server and the same load, idle. The whole
 * server with its defaults in one process, as `npm start` has it. One failed read fails the bench.
 */
const EVENTS = 1_000_000;
const EVENTS_WHEN_QUICK = 100_000;
const IDLE_SECONDS = 20;
const IDLE_SECONDS_WHEN_QUICK = 6;
/** Heartbeats of 200 agents every 0.2 s, a changed description of 50 agents every second, five readers. */
const BEATING = {
  fleet: 'beating',
  agents: 200,
  message: 'heartbeat',
  change: 'nothing',
  pauseMs: 200,
} as const;
const CHANGING = {
  fleet: 'changing',
  agents: 50,
  message: 'report',
  change: 'description',
  pauseMs: 1_000,
} as const;
const READERS = 5;
const READ_PAUSE_MS = 40;

interface Felt {
  readonly acknowledgements: Exchanged;
  readonly reports: Exchanged;
  readonly reads: { readonly count: number; readonly p50Ms: number; readonly p99Ms: number };
  readonly seconds: number;
}

let database: ThrowAwayDatabase;
let ampora: AmporaProcess;
let load: BenchProcess<LoadRequests>;
const felt = new Map<string, Felt>();

async function setUp(quick: boolean): Promise<void> {
  database = await (await throwAwayPostgres()).createDatabase();
  await migratePostgresEventLog(database);
  const log = createPostgresEventLog(database);
  const asked = Number(process.env.BENCH_EVENTS ?? 0);
  await writeFleetHistory(log, asked || (quick ? EVENTS_WHEN_QUICK : EVENTS));
  await log.close();
  ampora = await startAmpora({
    settings: { ConnectionStrings__Ampora: database.connectionString, Logging__LogLevel__Default: 'Warning' },
  });
  load = startProcess<LoadRequests>(join(import.meta.dirname, 'load/generator.ts'));
  const port = Number(new URL(ampora.opampEndpoint('websocket')).port);
  for (const { fleet, agents } of [BEATING, CHANGING])
    await load.ask('connect', { fleet, port, path: '/v1/opamp', agents, atOnce: 50, greet: true });
}

async function tearDown(): Promise<void> {
  await load?.stop();
  await ampora?.dispose();
  await database?.drop();
}

/** Load and readers while `during` lasts; rejects when a read failed. */
async function feel(during: () => Promise<void>): Promise<Felt> {
  const startedMs = performance.now();
  const exchanges = [BEATING, CHANGING].map(({ agents: _agents, ...exchange }) =>
    load.ask('exchange', { seconds: 36_000, ...exchange }),
  );
  const over = new AbortController();
  const readers = Array.from({ length: READERS }, (_, index) => read(index, over.signal));
  try {
    await during();
  } finally {
    over.abort();
    for (const { fleet } of [BEATING, CHANGING]) await load.ask('finish', { fleet });
  }
  const [acknowledgements, reports] = (await Promise.all(exchanges)) as [Exchanged, Exchanged];
  const tookMs = (await Promise.all(readers)).flat().toSorted((left, right) => left - right);
  const quantile = (share: number): number => tookMs[Math.floor(tookMs.length * share)] ?? Number.NaN;
  return {
    acknowledgements,
    reports,
    reads: { count: tookMs.length, p50Ms: quantile(0.5), p99Ms: quantile(0.99) },
    seconds: (performance.now() - startedMs) / 1_000,
  };
}

/** What the console asks for again and again; milliseconds of each. */
async function read(index: number, over: AbortSignal): Promise<number[]> {
  const call = createClient({ baseUrl: ampora.url });
  const { items } = await call('listAgents', { query: { limit: 50 } });
  const id = items[index]?.id ?? '';
  const reads = [
    () => call('listAgents', { query: { limit: 50, sort: '-stateSince' } }),
    () => call('getAgent', { params: { id }, query: {} }),
    () => call('getAgentTimeline', { params: { id }, query: {} }),
    () => call('listDrift', { query: { limit: 50 } }),
    () => call('listAgents', { query: { limit: 50, search: `edge-${index}` } }),
  ];
  const tookMs: number[] = [];
  for (let turn = index; !over.aborted; turn++) {
    const startedMs = performance.now();
    await reads[turn % reads.length]?.();
    tookMs.push(performance.now() - startedMs);
    await sleep(READ_PAUSE_MS);
  }
  return tookMs;
}

async function rebuildAll(): Promise<void> {
  const call = createClient({ baseUrl: ampora.url });
  const { items } = await call('listProjections', {});
  const names = items.filter(({ state }) => state === 'serving').map(({ name }) => name);
  for (const name of names) await call('rebuildProjection', { params: { name }, body: {} });
  await waitUntil(
    'every rebuild having taken the place of what it rebuilt',
    async () => {
      const rows = (await call('listProjections', {})).items;
      const failed = rows.find(({ state }) => state === 'failed');
      if (failed) throw new NeverComes(`${failed.name} failed: ${failed.lastError}`);
      return names.every((name) => {
        const own = rows.filter((row) => row.name === name);
        return own.length === 1 && own[0]?.pending === null;
      });
    },
    { timeoutMs: 3_600_000, everyMs: 200 },
  );
}

async function feelIdle({ round, quick }: RoundContext): Promise<Felt> {
  const idle = await feel(() => sleep((quick ? IDLE_SECONDS_WHEN_QUICK : IDLE_SECONDS) * 1_000));
  felt.set(`idle ${round}`, idle);
  return idle;
}

async function feelRebuild({ round }: RoundContext): Promise<Felt> {
  const busy = await feel(rebuildAll);
  felt.set(`rebuild ${round}`, busy);
  return busy;
}

function measured({ acknowledgements, reports, reads, seconds }: Felt, value: number): Measured {
  return {
    value,
    figures: {
      'heartbeats acknowledged, p50 ms': acknowledgements.p50Ms,
      'heartbeats acknowledged, p99 ms': acknowledgements.p99Ms,
      'reports durable, p50 ms': reports.p50Ms,
      'reports durable, p99 ms': reports.p99Ms,
      'reads, p50 ms': reads.p50Ms,
      'reads, p99 ms': reads.p99Ms,
      'reads, none failed': reads.count,
      'it lasted, s': seconds,
    },
  };
}

defineBench({
  id: 'rebuild-under-load-reports',
  title: 'P15 p99 of durable reports while 10⁶ events are rebuilt and switched (quick: 10⁵)',
  rounds: 5,
  unit: 'ms',
  higherIsBetter: false,
  bound: 2,
  aim: 1.3,
  setUp,
  baseline: async (context) => {
    const idle = await feelIdle(context);
    return measured(idle, idle.reports.p99Ms);
  },
  product: async (context) => {
    const busy = await feelRebuild(context);
    return measured(busy, busy.reports.p99Ms);
  },
});

/** The same rounds, seen by those who read. */
const again = (what: string, { round }: RoundContext): Measured => {
  const seen = felt.get(`${what} ${round}`);
  if (!seen) throw new Error('Run it together with rebuild-under-load-reports: it is about the same rounds');
  return measured(seen, seen.reads.p99Ms);
};

defineBench({
  id: 'rebuild-under-load-reads',
  title: 'P15 p99 of reads in the same rounds',
  rounds: 5,
  unit: 'ms',
  higherIsBetter: false,
  bound: 2,
  aim: 1.3,
  tearDown,
  baseline: async (context) => again('idle', context),
  product: async (context) => again('rebuild', context),
});
