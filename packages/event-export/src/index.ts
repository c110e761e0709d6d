export {
  type ExportFormat,
  exportFormats,
  type ExportHead,
  exportHead,
  type ExportRequest,
  openExport,
  signatureOf,
} from './open-export.ts';
export type { ProvenLog, SignedRoot } from './proven-log.ts';
export { type EntityType, entityTypes, type ExportFilter, filterToJson } from './selection/export-filter.ts';
