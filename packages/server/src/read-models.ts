import type { EventLog } from '@ampora/application/ports';
import type { Settings } from '@ampora/platform';
import { createProjector, migrateReadModels, type Projector, readModels } from '@ampora/projections';
import { createQueries, type Queries } from '@ampora/projections/queries';
import knexFactory from 'knex';
import type { Database } from './database.ts';
import { measureProjections } from './measure-projections.ts';
import { measureQueries } from './measure-queries.ts';
import { buildWorkersOf } from './projection-build/start-build-worker.ts';
import type { Telemetry } from './telemetry.ts';

export interface ReadModels {
  readonly queries: Queries;
  readonly projector: Projector;
  close(): Promise<void>;
}

const READ_CONNECTIONS = 10;
/** A database that hangs must not make every reader hang: after this they are told to come again. */
const READ_TIMEOUT_MS = 20_000;

/** Starts to build and follow every read model, and gives what may be asked of them. */
export async function startReadModels(
  settings: Settings,
  { pool, connectionString }: Database,
  eventLog: EventLog,
  { logger, metrics, readiness }: Telemetry,
): Promise<ReadModels> {
  const warn = (reason: string): void => {
    logger.child('Ampora.Database').warn('A connection for reading had a fault', { reason });
  };
  const knex = knexFactory({
    client: 'pg',
    connection: { connectionString, query_timeout: READ_TIMEOUT_MS },
    pool: { min: 0, max: READ_CONNECTIONS },
    acquireConnectionTimeout: 5_000,
    // Its own would write plain text on stdout.
    log: {
      debug: () => undefined,
      deprecate: () => undefined,
      warn: (message: unknown) => {
        warn(String(message));
      },
      error: (message: unknown) => {
        warn(String(message));
      },
    },
  });
  measureQueries(knex, metrics.database);
  try {
    await migrateReadModels(knex);
  } catch (error) {
    await knex.destroy();
    throw error;
  }
  const queries = createQueries({ knex, eventLog });
  const projector = createProjector({
    pool,
    connectionString,
    eventLog,
    projections: readModels,
    logger: logger.child('Ampora.Projections'),
    batchSize: settings.Projections.BatchSize,
    rebuildShare: settings.Projections.RebuildShare,
    autoSwitch: settings.Projections.Switch === 'WhenCaughtUp',
    startBuildWorker: buildWorkersOf(settings, connectionString),
    observer: measureProjections(metrics.projections),
  });
  projector.onProgress(() => {
    queries.nudge();
  });
  readiness.probe('read-models', async () => {
    const missing = await queries.notReady();
    return missing.length === 0
      ? { ready: true }
      : { ready: false, detail: `still built: ${missing.join(', ')}` };
  });
  metrics.onScrape(async () => {
    for (const { name, version, slot, state, position, head } of await queries.listProjections()) {
      if (slot === 'rebuild' || state === 'retired') continue;
      const labels = { projection: name, version: String(version) };
      metrics.projections.position.set(labels, Number(position));
      metrics.projections.lagEvents.set(labels, Number(BigInt(head) - BigInt(position)));
    }
  });
  projector.start();
  return {
    queries,
    projector,
    async close() {
      await projector.close();
      await knex.destroy();
    },
  };
}
