import { redactText, type Settings, StartupError } from '@ampora/platform';
import { connectionsToBuild, readModels } from '@ampora/projections';
import pg from 'pg';
import { checkDiskSpace } from './disk-space.ts';
import { startEmbeddedPostgres } from './embedded-postgres/start-embedded-postgres.ts';
import type { Telemetry } from './telemetry.ts';

/** The PostgreSQL that the read models, the vault and, by default, the log live in. */
export interface Database {
  readonly connectionString: string;
  readonly pool: pg.Pool;
  /** Closes the pool, then the embedded server if it is ours. */
  stop(): Promise<void>;
}

/** What the read models may need at once, and some for everybody else. */
const POOL_SIZE = connectionsToBuild(readModels.length) + 5;

/** Starts the embedded PostgreSQL, or connects to the one that the settings name. */
export async function openDatabase(
  settings: Settings,
  dataDirectory: string,
  telemetry: Pick<Telemetry, 'logger' | 'metrics' | 'readiness'>,
): Promise<Database> {
  const logger = telemetry.logger.child('Ampora.Database');
  const outside = settings.ConnectionStrings.Ampora;
  const embedded =
    outside === ''
      ? await startEmbeddedPostgres({
          dataDirectory,
          logger,
          onStateChange: (state) => {
            if (state === 'down') telemetry.metrics.database.restarts.inc();
          },
        })
      : undefined;
  const connectionString = embedded?.connectionString ?? outside;
  const pool = new pg.Pool({
    connectionString,
    max: POOL_SIZE,
    connectionTimeoutMillis: 5_000,
    application_name: 'ampora',
  });
  let closing = false;
  // An idle connection that breaks would end the process: pg emits it as an error that nobody awaits.
  pool.on('error', (error) => {
    // A pool reports itself ended a moment before its connections are.
    if (!closing) logger.warn('An idle database connection was lost', { error: error.message });
  });
  telemetry.readiness.probe('database', async () => {
    await pool.query('select 1');
    return { ready: true };
  });
  if (embedded !== undefined) telemetry.readiness.probe('disk', () => checkDiskSpace(dataDirectory));
  if (embedded === undefined) await refuseUnreachable(pool, connectionString);
  return {
    connectionString,
    pool,
    async stop() {
      closing = true;
      await pool.end();
      await embedded?.stop();
    },
  };
}

async function refuseUnreachable(pool: pg.Pool, connectionString: string): Promise<void> {
  try {
    const { rows } = await pool.query<{ version: string }>(
      "select current_setting('server_version_num') as version",
    );
    const version = Number(rows[0]?.version ?? 0);
    if (version >= 160_000) return;
    throw new StartupError(
      `The PostgreSQL of ConnectionStrings:Ampora is version ${Math.floor(version / 10_000)}; Ampora needs 16 or newer.`,
    );
  } catch (error) {
    await pool.end();
    if (error instanceof StartupError) throw error;
    const reason = redactText(error instanceof Error ? error.message : String(error));
    throw new StartupError(
      `PostgreSQL at ${URL.canParse(connectionString) ? new URL(connectionString).host : 'the address given'} (ConnectionStrings:Ampora) cannot be used: ` +
        `${reason}. Start it, correct ConnectionStrings__Ampora, or leave that empty for the embedded one.`,
      { cause: error },
    );
  }
}
