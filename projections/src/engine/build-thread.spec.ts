import { parentPort, Worker, workerData } from 'node:worker_threads';
import { createPostgresEventLog } from '@ampora/event-store';
import pg from 'pg';
import { readModels } from '../read-models.ts';
import type { StartBuildWorker } from './build-apart.ts';
import type { BuildOrder } from './build-messages.ts';
import { connectionsToBuild } from './pool-size.ts';
import { runBuildWorker } from './build-worker.ts';
import { connectionCounts, connectionNotes } from './counting.spec.ts';

/** Builds in threads of their own, over a database of a spec. */
export function buildThreads(connectionString: string, poison = false): StartBuildWorker {
  return (order) =>
    new Worker(new URL(import.meta.url), { workerData: { buildThread: connectionString, order, poison } });
}

/** This file is also what such a thread runs. */
const given = workerData as {
  readonly buildThread?: string;
  readonly order?: BuildOrder;
  readonly poison?: boolean;
} | null;
if (parentPort && given?.buildThread && given.order) {
  const connectionString = given.buildThread;
  const pool = new pg.Pool({ connectionString, max: connectionsToBuild(given.order.keys.length) });
  pool.on('error', () => undefined);
  const eventLog = createPostgresEventLog({ connectionString });
  try {
    await runBuildWorker({
      port: parentPort,
      order: given.order,
      pool,
      eventLog,
      projections: [
        connectionCounts(1, () => (given.poison ? '127.0.0.1' : '')),
        connectionCounts(2),
        connectionNotes,
        ...readModels,
      ],
      buildPageSize: 200,
    });
  } finally {
    await eventLog.close();
    await pool.end();
    parentPort.close();
  }
}
