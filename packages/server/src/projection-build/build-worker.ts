import { parentPort, workerData } from 'node:worker_threads';
import type { Settings } from '@ampora/platform';
import { type BuildOrder, connectionsToBuild, readModels, runBuildWorker } from '@ampora/projections';
import pg from 'pg';
import { connectLog } from '../event-log.ts';
import { putBack, stepBack } from './step-back.ts';

/** What the thread is started with. */
export interface BuildWorkerData {
  readonly settings: Settings;
  readonly connectionString: string;
  readonly order: BuildOrder;
}

/** A thread that builds read models beside those that serve, over connections of its own. */
async function main(): Promise<void> {
  if (!parentPort) return;
  const { settings, connectionString, order } = workerData as BuildWorkerData;
  const pool = new pg.Pool({
    connectionString,
    max: connectionsToBuild(order.keys.length),
    application_name: 'ampora rebuild',
  });
  // A connection that breaks while it is idle: what runs on others will tell.
  pool.on('error', () => undefined);
  stepBack(pool);
  try {
    const eventLog = await connectLog(settings, connectionString, { onReadConnection: putBack });
    try {
      await runBuildWorker({ port: parentPort, order, pool, eventLog, projections: readModels });
    } finally {
      await eventLog.close();
    }
  } finally {
    await pool.end();
    parentPort.close();
  }
}

await main();
