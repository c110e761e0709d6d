import pg from 'pg';

export interface ConnectionOptions {
  readonly connectionString: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** How long to wait for a connection, and for the answer to one statement. */
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
}

/** Values come as text and are parsed where their meaning is known: twice as fast as the driver's per-column parsers. */
export const rawText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

/**
 * Plans are kept while the table grows from nothing, so they must not depend on its size: every statement here is
 * meant to walk an index. What the server would acknowledge before it is on disk is not durable.
 */
const SESSION = `
  set enable_seqscan = off; set enable_bitmapscan = off; set jit = off;
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`;

function clientConfig(options: ConnectionOptions): pg.ClientConfig {
  return {
    connectionString: options.connectionString,
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    query_timeout: options.answerTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** One connection, set up. Its errors between statements are told to `onLost`; the caller ends it. */
export async function connect(options: ConnectionOptions, onLost: () => void): Promise<pg.Client> {
  const client = new pg.Client(clientConfig(options));
  client.on('error', onLost);
  client.on('end', onLost);
  try {
    await client.connect();
    await client.query(SESSION);
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

/** Connections for reading. Idle ones that the server ends are replaced silently. */
export function readerPool(options: ConnectionOptions, size: number): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(options),
    max: size,
    idleTimeoutMillis: 60_000,
    onConnect: (client) => client.query(SESSION).then(() => undefined),
  });
  pool.on('error', () => undefined);
  return pool;
}
