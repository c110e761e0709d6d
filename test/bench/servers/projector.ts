import { createPostgresEventLog } from '@ampora/event-store';
import { createLogger } from '@ampora/platform';
import {
  connectionsToBuild,
  createProjector,
  dropReadModels,
  migrateReadModels,
  readModels,
} from '@ampora/projections';
import createKnex from 'knex';
import pg from 'pg';
import { answerParent } from '../processes/answer-parent.ts';

/** The product side of P4: the real engine with its defaults, all read models, in a process of its own. */
const connectionString = process.env.BENCH_DATABASE ?? '';
const knex = createKnex({ client: 'pg', connection: connectionString, pool: { min: 0, max: 2 } });
const pool = new pg.Pool({ connectionString, max: connectionsToBuild(readModels.length) });

const SERVING = `select count(*)::int as serving from read.projections where slot = 'live' and state = 'serving' and position >= $1`;
const POLL_MS = 10;

/** Drops every read model and builds all of them from the log; milliseconds until the last one serves. */
async function rebuild(): Promise<number> {
  await dropReadModels(knex);
  await migrateReadModels(knex);
  const eventLog = createPostgresEventLog({ connectionString });
  const head = await eventLog.head();
  const logger = createLogger({ levels: { Default: 'Warning' } });
  const projector = createProjector({ pool, connectionString, eventLog, projections: readModels, logger });
  const startedMs = performance.now();
  projector.start();
  try {
    for (;;) {
      const { rows } = await pool.query<{ serving: number }>(SERVING, [String(head)]);
      if (rows[0]?.serving === readModels.length) return performance.now() - startedMs;
      const { rows: failed } = await pool.query<{ name: string; error: string }>(
        `select name, error from read.projections where state = 'failed'`,
      );
      if (failed[0]) throw new Error(`${failed[0].name} failed: ${failed[0].error}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    await projector.close();
    await eventLog.close();
  }
}

const requests = { rebuild };
export type ProjectorRequests = typeof requests;

answerParent(requests);
