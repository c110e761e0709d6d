import type { PresenceSink } from '@ampora/application/ports';

/** The one thing asked of a PostgreSQL client or pool. */
export interface PostgresQueries {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

export interface PostgresPresenceOptions {
  readonly postgres: PostgresQueries;
  readonly edgeInstance: string;
  /** Table name, with its schema if it is not on the search path. Default `ampora_presence`. */
  readonly table?: string;
}

const NAME = /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?$/;

/**
 * Creates the table if it is not there. Unlogged: presence is worth no write-ahead log, and after a crash of PostgreSQL
 * every agent is seen anew within a heartbeat.
 */
export async function migratePostgresPresence(
  postgres: PostgresQueries,
  table = 'ampora_presence',
): Promise<void> {
  if (!NAME.test(table)) throw new RangeError(`"${table}" is not a plain table name.`);
  await postgres.query(`create unlogged table if not exists ${table} (
    agent_id uuid primary key,
    tenant text not null,
    last_seen_at timestamptz not null,
    edge_instance text not null
  ) with (fillfactor = 70)`);
}

/** One statement a batch; an older sighting (of another edge, late) never replaces a newer one. */
export function createPostgresPresence(options: PostgresPresenceOptions): PresenceSink {
  const { postgres, edgeInstance, table = 'ampora_presence' } = options;
  if (!NAME.test(table)) throw new RangeError(`"${table}" is not a plain table name.`);
  const statement = `insert into ${table} as known (agent_id, tenant, last_seen_at, edge_instance)
    select agent_id, tenant, to_timestamp(seen_ms / 1000.0), $4
    from unnest($1::uuid[], $2::text[], $3::float8[]) as seen (agent_id, tenant, seen_ms)
    order by agent_id
    on conflict (agent_id) do update
      set last_seen_at = excluded.last_seen_at, tenant = excluded.tenant, edge_instance = excluded.edge_instance
      where known.last_seen_at < excluded.last_seen_at`;
  return {
    async record(seen) {
      await postgres.query(statement, [
        seen.map(({ agentId }) => agentId),
        seen.map(({ tenant }) => tenant),
        seen.map(({ lastSeenAtMs }) => lastSeenAtMs),
        edgeInstance,
      ]);
    },
  };
}
