import type { Knex } from 'knex';

/** Bookkeeping of the engine. Tables of read models are made by the engine itself, named by their version. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('create schema if not exists read');
  await knex.raw('create schema if not exists read_shadow');
  await knex.raw(`
    create table read.projections (
      name text not null,
      version integer not null,
      slot text not null default 'live' check (slot in ('live', 'shadow')),
      state text not null check (state in ('building', 'caught-up', 'serving', 'retired', 'failed')),
      state_before_failure text,
      position bigint not null default 0,
      last_time timestamptz,
      events_done bigint not null default 0,
      indexed boolean not null default false,
      tables text[] not null,
      rate double precision not null default 0,
      position_rate double precision not null default 0,
      error text,
      poison_position bigint,
      poison_type text,
      poison_stream text,
      request text check (request in ('rebuild', 'switch', 'retire', 'retry')),
      lock_owner text,
      started_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (name, version, slot)
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema if exists read_shadow cascade');
  await knex.raw('drop schema if exists read cascade');
}
