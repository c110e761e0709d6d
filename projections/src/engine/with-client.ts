import type { Pool, PoolClient } from 'pg';

/**
 * Lends a connection to `task`. A connection that breaks while it is lent emits `error` beside the failed query: heard
 * here, so that it does not end the process; it is then thrown away instead of going back to the pool.
 */
export async function withClient<Result>(
  pool: Pool,
  task: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    return await task(client);
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** Commits what `task` did, or nothing of it. */
export function inTransaction<Result>(
  pool: Pool,
  task: (client: PoolClient) => Promise<Result>,
  begin = 'begin',
): Promise<Result> {
  return withClient(pool, async (client) => {
    await client.query(begin);
    try {
      const result = await task(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}
