export { readServerNotice, type ServerNotice } from './data-directory/open-data-directory.ts';
export { diagnose, type Finding } from './diagnose.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres/start-embedded-postgres.ts';
export { type ReplayOptions, type RunningReplay, startReplay } from './replay/start-replay.ts';
export { type RunningServer, type ServerOptions, startServer } from './start-server.ts';
export { aimedFleetOf } from './group-reconciler.ts';
export { exportsInThreads } from './export-thread/open-export-in-thread.ts';
