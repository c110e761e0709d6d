import type { EventLog } from '@ampora/application/ports';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { type ThrowAwayDatabase, throwAwayPostgres } from '@ampora/testkit/postgres';
import { migrateProof, nodeHashing, TileStore, TreeGrower } from '@ampora/worker';
import pg from 'pg';
import { defineBench } from './harness.ts';
import { writeFleetHistory } from './history/fleet-history.ts';

/**
 * Events per second that go into the trees which signed roots stand for: read, hashed as lines, stored as tiles.
 * Baseline: an ordered reading of the same events into JavaScript, and nothing else.
 */
const EVENTS = 1_000_000;
const EVENTS_WHEN_QUICK = 100_000;

let database: ThrowAwayDatabase;
let log: EventLog;
let pool: pg.Pool;

const amount = (quick: boolean): number => (quick ? EVENTS_WHEN_QUICK : EVENTS);

defineBench({
  id: 'seal',
  title: 'Catching up with 1,000,000 events to seal (quick: 100,000)',
  rounds: 5,
  unit: 'events/s',
  higherIsBetter: true,
  bound: 0.5,
  aim: 0.8,
  async setUp(quick) {
    database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
    log = createPostgresEventLog(database);
    await writeFleetHistory(log, amount(quick));
    pool = new pg.Pool({ connectionString: database.connectionString, max: 2 });
    pool.on('error', () => undefined);
    await migrateProof(pool);
  },
  async tearDown() {
    await pool?.end();
    await log?.close();
    await database?.drop();
  },
  baseline: () =>
    measured(async () => {
      let events = 0;
      for await (const page of log.readAll()) events += page.length;
      return events;
    }),
  async product() {
    const store = new TileStore(pool);
    await store.drop();
    const grower = new TreeGrower({ log, store, hashing: nodeHashing });
    return measured(() => grower.catchUp(new AbortController().signal));
  },
});

async function measured(work: () => Promise<number>) {
  const processor = process.cpuUsage();
  const from = performance.now();
  const events = await work();
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(processor);
  return {
    value: events / (ms / 1_000),
    figures: {
      'Node, µs of processor per event': (user + system) / events,
      'Node, resident MiB': process.memoryUsage().rss / 2 ** 20,
    },
  };
}
