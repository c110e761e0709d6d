import type { Pool } from 'pg';

/**
 * The tiles of every tenant's tree, derived from the log: they can be dropped and are built anew. `positions` are the
 * log positions of a level-0 tile's leaves, 8 bytes each, so that a position finds its leaf and a leaf its position.
 */
export async function migrateProof(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtextextended('ampora proof migration', 0))");
    await client.query(`
      create schema if not exists proof;
      create table if not exists proof.progress (
        only_row boolean primary key default true check (only_row),
        position bigint not null
      );
      insert into proof.progress (position) values (0) on conflict do nothing;
      create table if not exists proof.trees (
        tenant text collate "C" primary key,
        size bigint not null,
        position bigint not null,
        last_other_position bigint not null
      );
      comment on column proof.trees.last_other_position is 'Of the last event that is not itself a sealed root.';
      create table if not exists proof.tiles (
        tenant text collate "C" not null,
        level integer not null,
        tile bigint not null,
        first_position bigint,
        hashes bytea not null,
        positions bytea,
        primary key (tenant, level, tile)
      );
      alter table proof.tiles alter column hashes set storage external, alter column positions set storage external;
      create index if not exists tiles_first_position on proof.tiles (tenant, first_position) where level = 0;
    `);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
