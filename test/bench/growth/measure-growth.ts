import { migratePostgresEventLog } from '@ampora/event-store';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { join } from 'node:path';
import pg from 'pg';
import type { Requests } from '../processes/answer-parent.ts';
import { meterPostgres } from '../processes/postgres-cpu.ts';
import { type BenchProcess, startProcess } from '../processes/start-process.ts';
import type { HeldKeys, LogUserRequests } from '../servers/log-user.ts';
import type { ProjectorRequests } from '../servers/projector.ts';

/** What one size of log cost; rates are events per second, processor times microseconds per event. */
export interface GrowthPoint {
  readonly events: number;
  readonly agents: number;
  readonly append: Cost;
  readonly rebuild: Cost;
  readonly seal: Cost;
  readonly export: Cost;
  readonly agentAsOfMs: number;
  readonly pageAsOfMs: number;
  readonly databaseMib: number;
}

export interface Cost {
  readonly perSecond: number;
  readonly nodeMicros: number;
  readonly postgresMicros: number;
  /** Of the process that did it. */
  readonly peakMib: number;
}

/** As many live in the largest logs: what grows from there on is their history. */
const MOST_AGENTS = 20_000;
const LOOKS = 300;

/** Writes a log of so many events and does with it, step by step, what operators do. `tell` hears of each step. */
export async function measureGrowth(events: number, tell: (line: string) => void): Promise<GrowthPoint> {
  const database = await (await throwAwayPostgres()).createDatabase();
  try {
    await migratePostgresEventLog(database);
    const postgresMicros = await meterPostgres(database.connectionString);

    async function costOf(
      name: string,
      worker: BenchProcess<Requests>,
      run: () => Promise<unknown>,
    ): Promise<Cost> {
      const before = { node: await worker.cpuMicros(), postgres: postgresMicros() };
      const startedMs = performance.now();
      await run();
      const seconds = (performance.now() - startedMs) / 1_000;
      const cost = {
        perSecond: events / seconds,
        nodeMicros: ((await worker.cpuMicros()) - before.node) / events,
        postgresMicros: (postgresMicros() - before.postgres) / events,
        peakMib: (await worker.peakRss()) / 2 ** 20,
      };
      tell(
        `${events} events: ${name} ${seconds.toFixed(1)} s, ${Math.round(cost.perSecond)}/s, ` +
          `processor ${cost.nodeMicros.toFixed(1)} + ${cost.postgresMicros.toFixed(1)} µs each, ` +
          `${Math.round(cost.peakMib)} MiB at most`,
      );
      return cost;
    }

    /** Each step in a fresh process, so that its memory is its own. */
    async function withWorker<Answers extends Requests, Result>(
      program: string,
      use: (worker: BenchProcess<Answers>) => Promise<Result>,
    ): Promise<Result> {
      const worker = startProcess<Answers>(join(import.meta.dirname, '../servers', program), {
        BENCH_DATABASE: database.connectionString,
      });
      try {
        return await use(worker);
      } finally {
        await worker.stop();
      }
    }

    const append = await withWorker<LogUserRequests, Cost>('log-user.ts', (worker) =>
      costOf('append', worker as never, () => worker.ask('write', { events, mostAgents: MOST_AGENTS })),
    );
    const rebuild = await withWorker<ProjectorRequests, Cost>('projector.ts', (worker) =>
      costOf('rebuild', worker as never, () => worker.ask('rebuild')),
    );
    let keys: HeldKeys = [];
    const seal = await withWorker<LogUserRequests, Cost>('log-user.ts', (worker) =>
      costOf('seal', worker as never, async () => {
        keys = await worker.ask('seal');
      }),
    );
    const exported = await withWorker<LogUserRequests, Cost>('log-user.ts', (worker) =>
      costOf('export', worker as never, () => worker.ask('exportAll', keys)),
    );
    const looks = await withWorker<LogUserRequests, { agentMs: number; pageMs: number }>(
      'log-user.ts',
      (worker) => worker.ask('lookBack', { looks: LOOKS }),
    );
    tell(
      `${events} events: one agent as of T ${looks.agentMs.toFixed(2)} ms, a page ${looks.pageMs.toFixed(2)} ms`,
    );
    return {
      events,
      agents: Math.min(MOST_AGENTS, Math.ceil(events / 50)),
      append,
      rebuild,
      seal,
      export: exported,
      agentAsOfMs: looks.agentMs,
      pageAsOfMs: looks.pageMs,
      databaseMib: await sizeOf(database),
    };
  } finally {
    await database.drop();
  }
}

async function sizeOf({ connectionString }: { readonly connectionString: string }): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>(
      'select pg_database_size(current_database()) as bytes',
    );
    return Number(rows[0]?.bytes) / 2 ** 20;
  } finally {
    await client.end();
  }
}
