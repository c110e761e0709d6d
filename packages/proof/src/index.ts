export { fromBase64, toBase64 } from './base64.ts';
export { eventLine, scavengedMark, type ScavengedMark } from './event-line.ts';
export {
  type CoveredRun,
  endLine,
  EXPORT_VERSION,
  type ExportCounts,
  type ExportHeader,
  headerLine,
  type ProofLine,
  proofLine,
  rootLine,
  scavengedLine,
  signatureLine,
} from './export-file/export-lines.ts';
export { HASH_BYTES, hashEmpty, type Hashing, hashLeaf, hashNode, isSameHash } from './hashing.ts';
export { TILE_WIDTH, type Tiles } from './tree/tiles.ts';
