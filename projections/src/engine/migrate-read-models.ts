import type { Knex } from 'knex';
import * as projections from '../../migrations/0001-projections.ts';
import * as presence from '../../migrations/0002-presence.ts';
import * as control from '../../migrations/0003-projection-control.ts';

const migrations = {
  '0001-projections': projections,
  '0002-presence': presence,
  '0003-projection-control': control,
};

/** The engine's own tables, as knex wants them: listed here, so that no file is looked for at run time. */
const source: Knex.MigrationSource<keyof typeof migrations> = {
  getMigrations: async () => Object.keys(migrations) as (keyof typeof migrations)[],
  getMigrationName: (name) => name,
  getMigration: async (name) => migrations[name],
};

const settings: Knex.MigratorConfig = {
  migrationSource: source,
  tableName: 'ampora_projections_migrations',
  // During a deploy an older process may start on a database that a newer one has migrated already.
  disableMigrationsListValidation: true,
};

/** Brings the bookkeeping tables up to date. Safe to run by several processes at once. */
export async function migrateReadModels(knex: Knex): Promise<void> {
  await knex.migrate.latest(settings);
}

/** Takes the bookkeeping tables away, and every read model with them. The log can bring all of it back. */
export async function dropReadModels(knex: Knex): Promise<void> {
  await knex.migrate.rollback(settings, true);
}
