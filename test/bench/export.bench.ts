import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { type ThrowAwayDatabase, throwAwayPostgres } from '@ampora/testkit/postgres';
import { join } from 'node:path';
import { defineBench, type Measured } from './harness.ts';
import { writeFleetHistory } from './history/fleet-history.ts';
import { meterPostgres } from './processes/postgres-cpu.ts';
import { type BenchProcess, startProcess } from './processes/start-process.ts';
import type { BareCopyRequests } from './servers/bare-copy.ts';
import type { LogUserRequests } from './servers/log-user.ts';

/**
 * P11: events exported per second with their proofs, of 10^6 events (quick: 10^5; BENCH_EVENTS sets another number).
 * Baseline: COPY of the same rows to the same kind of process. How memory grows is told by `growth/`.
 */
const wanted = Number(process.env.BENCH_EVENTS ?? 0);
const amount = (quick: boolean): number => wanted || (quick ? 100_000 : 1_000_000);

let database: ThrowAwayDatabase;
let exporter: BenchProcess<LogUserRequests>;
let bare: BenchProcess<BareCopyRequests>;
let postgresMicros: () => number;
let stored = 0;

defineBench({
  id: 'export',
  title: `P11 export with proofs of ${wanted ? wanted.toLocaleString('en-US') : '1,000,000'} events (quick: 100,000)`,
  rounds: 8,
  unit: 'events/s',
  higherIsBetter: true,
  bound: 0.25,
  aim: 0.5,
  async setUp(quick) {
    database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
    const log = createPostgresEventLog(database);
    await writeFleetHistory(log, amount(quick));
    const environment = { BENCH_DATABASE: database.connectionString };
    exporter = startProcess(join(import.meta.dirname, 'servers/log-user.ts'), environment);
    bare = startProcess(join(import.meta.dirname, 'servers/bare-copy.ts'), environment);
    await exporter.ask('seal');
    stored = Number(await log.head());
    await log.close();
    postgresMicros = await meterPostgres(database.connectionString);
  },
  async tearDown() {
    await exporter?.stop();
    await bare?.stop();
    await database?.drop();
  },
  baseline: (): Promise<Measured> => measured(bare, () => bare.ask('copyOut')),
  product: (): Promise<Measured> => measured(exporter, () => exporter.ask('exportAll', [])),
});

/** Processor time beside the rate, for a machine that is shared says little by the clock. */
async function measured(
  worker: { cpuMicros(): Promise<number>; peakRss(): Promise<number> },
  work: () => Promise<unknown>,
): Promise<Measured> {
  const before = { worker: await worker.cpuMicros(), postgres: postgresMicros() };
  const begunMs = performance.now();
  await work();
  const seconds = (performance.now() - begunMs) / 1_000;
  return {
    value: stored / seconds,
    figures: {
      'Node, µs of processor per event': ((await worker.cpuMicros()) - before.worker) / stored,
      'PostgreSQL, µs of processor per event': (postgresMicros() - before.postgres) / stored,
      'most memory held, MiB': (await worker.peakRss()) / 2 ** 20,
    },
  };
}
