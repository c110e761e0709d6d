import type { Knex } from 'knex';

/** When each agent was last heard of: ephemeral, written in batches by the edge, which may have made it already. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table if not exists ampora_presence (
      agent_id uuid primary key,
      tenant text not null,
      last_seen_at timestamptz not null,
      edge_instance text not null
    )`);
}

/** The table belongs to the edge as much as to us: it stays. */
export async function down(): Promise<void> {
  await Promise.resolve();
}
