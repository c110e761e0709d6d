export type { ProjectionRequest, ProjectionState } from './engine/bookkeeping.ts';
export { checksumOf, type TableChecksum } from './engine/checksum.ts';
export { dropReadModels, migrateReadModels } from './engine/migrate-read-models.ts';
export type { Projection } from './engine/projection.ts';
export { createProjector, type Projector, type ProjectorOptions } from './engine/projector.ts';
export type { ProjectorObserver } from './engine/projector-context.ts';
export { type RequestOptions, UnknownProjection } from './engine/requests.ts';
export { createVerdictMemo, type Drift, judgeDrift } from './fleet/judge-drift.ts';
export { readModels } from './read-models.ts';
