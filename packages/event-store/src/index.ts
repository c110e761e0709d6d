export { APPEND_LIMIT_BYTES, InvalidAppend } from './append-checks.ts';
export {
  createEventStoreDbEventLog,
  type EventStoreDbEventLogOptions,
} from './eventstoredb/eventstoredb-event-log.ts';
export { type Imported, importEvents, ImportRefused } from './postgres/import-events.ts';
export {
  migratePostgresEventLog,
  type PostgresEventLogLocation,
} from './postgres/migrate-postgres-event-log.ts';
export { createPostgresEventLog, type PostgresEventLogOptions } from './postgres/postgres-event-log.ts';
