export { csvFile } from './formats/csv.ts';
export { bareJsonl, provenFile, type ProvenFileOptions } from './formats/jsonl.ts';
export { parquetFile } from './formats/parquet.ts';
export type { ProvenLog, SignedRoot } from './proven-log.ts';
export { type EntityType, entityTypes, type ExportFilter, filterToJson } from './selection/export-filter.ts';
export { leafRange, type LeafRange } from './selection/leaf-range.ts';
export { selectEvents, type Selected, type SelectedPage, type Selection } from './selection/select-events.ts';
