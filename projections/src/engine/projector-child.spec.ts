import { createPostgresEventLog } from '@ampora/event-store';
import { silentLogger } from '@ampora/platform';
import pg from 'pg';
import { connectionCounts, connectionNotes } from './counting.spec.ts';
import { createProjector } from './projector.ts';

/** A projector in a process of its own, to be killed: DATABASE, and VERSION of what it counts. Says when it runs. */
const connectionString = process.env['DATABASE'] ?? '';
if (connectionString !== '') {
  const pool = new pg.Pool({ connectionString, max: 6 });
  pool.on('error', () => undefined);
  createProjector({
    pool,
    connectionString,
    eventLog: createPostgresEventLog({ connectionString }),
    projections: [connectionCounts(Number(process.env['VERSION'] ?? 1)), connectionNotes],
    logger: silentLogger,
    controlIntervalMs: 20,
    buildPageSize: 100,
    rebuildShare: 1,
  }).start();
  process.send?.('started');
}
