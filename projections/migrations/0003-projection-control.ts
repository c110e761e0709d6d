import type { Knex } from 'knex';

/** What an operator asked of a projection, and what a comparison found. Every column has a default: older processes write rows too. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table read.projections
      add column paused boolean not null default false,
      add column held boolean not null default false,
      add column share double precision not null default 1 check (share > 0 and share <= 1),
      add column comparison jsonb,
      drop constraint projections_request_check,
      add constraint projections_request_check
        check (request in ('rebuild', 'switch', 'retire', 'retry', 'compare', 'cancel'))`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`update read.projections set request = null where request in ('compare', 'cancel')`);
  await knex.raw(`
    alter table read.projections
      drop column paused, drop column held, drop column share, drop column comparison,
      drop constraint projections_request_check,
      add constraint projections_request_check check (request in ('rebuild', 'switch', 'retire', 'retry'))`);
}
