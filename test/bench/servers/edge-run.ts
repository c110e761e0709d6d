import { migratePostgresEventLog } from '@ampora/event-store';
import { migratePostgresPresence } from '@ampora/opamp-edge';
import { type ThrowAwayDatabase, throwAwayPostgres } from '@ampora/testkit/postgres';
import { cpus } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Measured } from '../harness.ts';
import type { ExchangeOptions } from '../load/load-fleet.ts';
import type { LoadRequests } from '../load/generator.ts';
import type { Requests } from '../processes/answer-parent.ts';
import { meterPostgres } from '../processes/postgres-cpu.ts';
import { type BenchProcess, startProcess } from '../processes/start-process.ts';
import type { AmporaEdgeRequests } from './ampora-edge.ts';
import type { BareServerRequests } from './bare-server.ts';
import type { ThinPipeRequests } from './thin-pipe.ts';

export type Side = 'baseline' | 'product';

export interface EdgeRunOptions {
  /** `BENCH_AGENTS` in the environment goes before it. */
  readonly agents: number;
  readonly agentsWhenQuick?: number;
  /** Which raw server stands against the edge. */
  readonly baseline?: 'bare-server' | 'thin-pipe';
}

interface Served {
  readonly server: BenchProcess<AmporaEdgeRequests | BareServerRequests | ThinPipeRequests>;
  readonly port: number;
}

const PATH = '/v1/opamp';
const CONNECTING_AT_ONCE = 256;

/** Processor time that this machine has spent on anything. */
function busyMicros(): number {
  return cpus().reduce(
    (sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) * 1_000,
    0,
  );
}

/**
 * The parts of an edge bench: a PostgreSQL server, a load generator, and for each side a server, each a process of its
 * own; all stay up from round to round unless a measurement is about starting.
 */
export function createEdgeRun(options: EdgeRunOptions) {
  const served = new Map<Side, Served>();
  let database: ThrowAwayDatabase;
  /** One each, so that no process holds more sockets than a machine's usual limit allows. */
  let loads: Readonly<Record<Side, BenchProcess<LoadRequests>>>;
  let agents = options.agents;
  let postgresMicros: () => number;

  function serverFile(side: Side): string {
    return join(import.meta.dirname, side === 'product' ? 'ampora-edge.ts' : `${options.baseline}.ts`);
  }

  async function start(side: Side): Promise<Served> {
    const server = startProcess<AmporaEdgeRequests>(serverFile(side), {
      BENCH_DATABASE: database.connectionString,
    });
    const started = { server, port: await server.ask('port') };
    served.set(side, started);
    return started;
  }

  /** Milliseconds that it took. The product's agents report in full, and count when that is acknowledged. */
  function connect(side: Side, port: number): Promise<number> {
    const greet = side === 'product';
    return loads[side].ask('connect', {
      fleet: side,
      port,
      path: PATH,
      agents,
      atOnce: CONNECTING_AT_ONCE,
      greet,
    });
  }

  async function connected(side: Side): Promise<Served> {
    const running = served.get(side);
    if (running) return running;
    const { server, port } = await start(side);
    await connect(side, port);
    return { server, port };
  }

  /** Shares of a core while something is measured, and what the server spends on each of `count` things. */
  async function watched<Result>(
    side: Side,
    server: BenchProcess<Requests>,
    measure: () => Promise<Result>,
    countOf: (result: Result) => number,
  ): Promise<{ result: Result; figures: Record<string, number> }> {
    const before = {
      load: await loads[side].cpuMicros(),
      server: await server.cpuMicros(),
      postgres: postgresMicros(),
    };
    const [machineBefore, beganMs] = [busyMicros(), performance.now()];
    const result = await measure();
    const elapsedMicros = (performance.now() - beganMs) * 1_000;
    const machineMicros = busyMicros() - machineBefore;
    const postgres = postgresMicros() - before.postgres;
    const serverMicros = (await server.cpuMicros()) - before.server;
    const loadMicros = (await loads[side].cpuMicros()) - before.load;
    const shareOf = (micros: number): number => (Math.max(0, micros) / elapsedMicros) * 100;
    const figures = {
      agents,
      'load generator, % of a core': shareOf(loadMicros),
      'server, % of a core': shareOf(serverMicros),
      'PostgreSQL, % of a core': shareOf(postgres),
      'others on this machine, % of a core': shareOf(machineMicros - loadMicros - serverMicros - postgres),
      'server, µs of processor each': serverMicros / countOf(result),
      'PostgreSQL, µs of processor each': postgres / countOf(result),
    };
    return { result, figures };
  }

  return {
    async setUp(quick = false): Promise<void> {
      const asked = Number(process.env.BENCH_AGENTS ?? 0);
      agents = asked || (quick ? (options.agentsWhenQuick ?? options.agents) : options.agents);
      database = await (await throwAwayPostgres()).createDatabase();
      await migratePostgresEventLog(database);
      const client = new pg.Client(database);
      await client.connect();
      await migratePostgresPresence(client);
      await client.end();
      postgresMicros = await meterPostgres(database.connectionString);
      const startLoad = () => startProcess<LoadRequests>(join(import.meta.dirname, '../load/generator.ts'));
      loads = { baseline: startLoad(), product: startLoad() };
    },

    async tearDown(): Promise<void> {
      for (const load of Object.values(loads)) await load.stop();
      for (const { server } of served.values()) await server.stop();
      served.clear();
      await database.drop();
    },

    /** Messages answered per second, one in flight per agent. */
    async exchange(side: Side, exchange: ExchangeOptions): Promise<Measured> {
      const { server } = await connected(side);
      const { result, figures } = await watched(
        side,
        server as unknown as BenchProcess<Requests>,
        () => loads[side].ask('exchange', { fleet: side, ...exchange }),
        ({ answered }) => answered,
      );
      return {
        value: result.perSecond,
        figures: { 'p50, ms': result.p50Ms, 'p99, ms': result.p99Ms, ...figures },
      };
    },

    /** Milliseconds from what `trigger` says was the beginning to the last byte at the last agent. */
    async push(
      side: Side,
      trigger: (
        server: BenchProcess<AmporaEdgeRequests & BareServerRequests>,
      ) => Promise<() => Promise<number>>,
    ): Promise<Measured> {
      const { server } = await connected(side);
      const fire = await trigger(server as unknown as BenchProcess<AmporaEdgeRequests & BareServerRequests>);
      await loads[side].ask('expectPush', { fleet: side, leastBytes: 4_096 });
      const { result, figures } = await watched(
        side,
        server as unknown as BenchProcess<Requests>,
        async () => {
          const startedMs = fire();
          return (await loads[side].ask('pushed', { fleet: side })) - (await startedMs);
        },
        () => agents,
      );
      if (side === 'product') await loads[side].ask('reportApplied', { fleet: side });
      return { value: result, figures };
    },

    /** Milliseconds from listening to the last agent connected; the product's agents were there before. */
    async reconnect(side: Side): Promise<Measured> {
      if (side === 'product') await (await connected(side)).server.kill();
      else await served.get(side)?.server.kill();
      await loads[side].ask('disconnect', { fleet: side });
      const beganMs = performance.now();
      const { server, port } = await start(side);
      const startMs = performance.now() - beganMs;
      await loads[side].ask('moveTo', { fleet: side, port });
      const { result, figures } = await watched(
        side,
        server as unknown as BenchProcess<Requests>,
        () => connect(side, port),
        () => agents,
      );
      return {
        value: result,
        figures: { 'until it listened, ms': startMs, 'per second': agents / (result / 1_000), ...figures },
      };
    },

    /** KiB per agent of a fresh server. */
    async memory(side: Side): Promise<Measured> {
      const { server, port } = await start(side);
      const before = await server.usage();
      await loads[side].ask('moveTo', { fleet: side, port });
      await connect(side, port);
      const after = await server.usage();
      await loads[side].ask('disconnect', { fleet: side });
      served.delete(side);
      await server.stop();
      const kibibytesEach = (bytes: number): number => bytes / 1_024 / agents;
      return {
        value: kibibytesEach(after.rss - before.rss),
        figures: {
          agents,
          'heap and external, KiB each': kibibytesEach(after.heapAndExternal - before.heapAndExternal),
          'resident before the collection, KiB each': kibibytesEach(after.rssAsItWas - before.rss),
          'whole process with agents, MiB': after.rss / 2 ** 20,
          'whole process before, MiB': before.rss / 2 ** 20,
        },
      };
    },
  };
}
