export { csvCell } from './formats/csv-cell.ts';
export {
  type ExportFormat,
  exportFormats,
  type ExportHead,
  exportHead,
  type ExportOrder,
  type ExportRequest,
  openExport,
  orderOf,
  rangeOf,
  signatureOf,
} from './open-export.ts';
export type { ProvenLog, SignedRoot } from './proven-log.ts';
export { type EntityType, type ExportFilter, filterToJson } from './selection/export-filter.ts';
export type { LeafRange } from './selection/leaf-range.ts';
export { csvRows, UnreadableRows } from './reading/csv-rows.ts';
export { joinLines } from './reading/join-lines.ts';
export { parquetRows } from './reading/parquet-rows.ts';
export { type Row, strayColumn } from './reading/row.ts';
