import type { Pool } from 'pg';

/** Secrets' own schema: what must be destroyable lives here and never in the log. Only hashes of tokens are kept. */
export async function migrateVault(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtextextended('ampora vault migration', 0))");
    await client.query(`
      create schema if not exists vault;
      create table if not exists vault.one_time_links (
        token_hash bytea primary key check (octet_length(token_hash) = 32),
        purpose text not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        used_at timestamptz
      );
      create table if not exists vault.sessions (
        token_hash bytea primary key check (octet_length(token_hash) = 32),
        actor text not null,
        role text not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create table if not exists vault.audit_signing_keys (
        tenant text not null,
        key_id text not null,
        private_key bytea not null,
        wrapped_by text,
        created_at timestamptz not null default now(),
        primary key (tenant, key_id)
      );
      create table if not exists vault.people (
        person_id uuid primary key,
        origin text not null,
        key bytea check (octet_length(key) = 32),
        name_sealed text,
        created_at timestamptz not null default now(),
        forgotten_at timestamptz,
        check ((key is null) = (forgotten_at is not null))
      );
      alter table vault.sessions add column if not exists person_id uuid references vault.people;
      alter table vault.sessions alter column actor drop not null;
      create index if not exists sessions_expires_at on vault.sessions (expires_at);
    `);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
