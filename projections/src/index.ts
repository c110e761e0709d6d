export { type ProjectionRequest, type ProjectionState, UnknownProjection } from './engine/bookkeeping.ts';
export { checksumOf, type TableChecksum } from './engine/checksum.ts';
export { dropReadModels, migrateReadModels } from './engine/migrate-read-models.ts';
export type { Projection } from './engine/projection.ts';
export {
  createProjector,
  type Projector,
  type ProjectorObserver,
  type ProjectorOptions,
} from './engine/projector.ts';
export { readModels } from './read-models.ts';
