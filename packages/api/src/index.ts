export type { SessionReader } from './authority/caller.ts';
export type { OneTimeLinks } from './authority/welcome-route.ts';
export { type ApiOptions, createApi } from './create-api.ts';
export { createHandlers, type HandlersOptions } from './create-handlers.ts';
export type { ExportSource } from './export/export-source.ts';
export { LiveBus } from './live/live-bus.ts';
export type { ProjectionControl } from './projection/projection-handlers.ts';
export type { ProofSource } from './proof/proof-source.ts';
export type { Handlers } from './routing/handlers.ts';
