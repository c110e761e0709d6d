import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { type ThrowAwayDatabase, throwAwayPostgres } from '@ampora/testkit/postgres';
import { join } from 'node:path';
import { defineBench, type Measured } from './harness.ts';
import { writeFleetHistory } from './history/fleet-history.ts';
import { meterPostgres } from './processes/postgres-cpu.ts';
import { type BenchProcess, startProcess } from './processes/start-process.ts';
import type { BareRebuildRequests } from './servers/bare-rebuild.ts';
import type { ProjectorRequests } from './servers/projector.ts';

/**
 * P4: wall time to rebuild all read models from the log, 10^6 events of 20,000 agents (quick: 10^5 of 2,000).
 * Baseline: an ordered scan of the same events into JavaScript, and COPY of the resulting rows with their indexes.
 */
const EVENTS = 1_000_000;
const EVENTS_WHEN_QUICK = 100_000;

let database: ThrowAwayDatabase;
let projector: BenchProcess<ProjectorRequests>;
let bare: BenchProcess<BareRebuildRequests>;
let rowBytes = 0;
let postgresMicros: () => number;

const amount = (quick: boolean): number => (quick ? EVENTS_WHEN_QUICK : EVENTS);

defineBench({
  id: 'rebuild',
  title: 'P4 rebuild of all read models from 1,000,000 events (quick: 100,000)',
  rounds: 5,
  unit: 's',
  higherIsBetter: false,
  bound: 3,
  aim: 1.5,
  async setUp(quick) {
    database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
    const log = createPostgresEventLog(database);
    await writeFleetHistory(log, amount(quick));
    await log.close();
    const environment = { BENCH_DATABASE: database.connectionString };
    projector = startProcess(join(import.meta.dirname, 'servers/projector.ts'), environment);
    bare = startProcess(join(import.meta.dirname, 'servers/bare-rebuild.ts'), environment);
    await projector.ask('rebuild');
    rowBytes = await bare.ask('learnRows');
    postgresMicros = await meterPostgres(database.connectionString);
  },
  async tearDown() {
    await projector?.stop();
    await bare?.stop();
    await database?.drop();
  },
  async baseline({ quick }): Promise<Measured> {
    const { result, figures } = await watched(bare, () => bare.ask('scanAndCopy'), quick);
    const { ms, scanMs, events } = result;
    const scanned = { 'scan alone, events/s': events / (scanMs / 1_000), 'rows, MiB': rowBytes / 2 ** 20 };
    return { value: ms / 1_000, figures: { 'events/s': events / (ms / 1_000), ...scanned, ...figures } };
  },
  async product({ quick }): Promise<Measured> {
    const { result: ms, figures } = await watched(projector, () => projector.ask('rebuild'), quick);
    return { value: ms / 1_000, figures: { 'events/s': amount(quick) / (ms / 1_000), ...figures } };
  },
});

/** What a rebuild costs in processor time, for a machine that is shared says little by the clock. */
async function watched<Result>(
  worker: { cpuMicros(): Promise<number> },
  measure: () => Promise<Result>,
  quick: boolean,
): Promise<{ readonly result: Result; readonly figures: Record<string, number> }> {
  const before = { worker: await worker.cpuMicros(), postgres: postgresMicros() };
  const result = await measure();
  return {
    result,
    figures: {
      'Node, µs of processor per event': ((await worker.cpuMicros()) - before.worker) / amount(quick),
      'PostgreSQL, µs of processor per event': (postgresMicros() - before.postgres) / amount(quick),
    },
  };
}
