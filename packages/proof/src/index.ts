export { fromBase64, toBase64 } from './base64.ts';
export { eventLine, scavengedMark } from './event-line.ts';
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
export {
  CHUNK_LEAVES,
  createExportProofs,
  type ExportProofs,
  type ExportProofsOptions,
} from './export-file/export-proofs.ts';
export type { ExportFault, ExportVerdict, FaultKind, ProvenExport } from './export-file/export-verdict.ts';
export { createExportVerifier, type ExportVerifier } from './export-file/export-verifier.ts';
export { endStatement, headerStatement } from './export-file/statements.ts';
export { HASH_BYTES, hashEmpty, type Hashing, hashLeaf, hashNode, isSameHash } from './hashing.ts';
export { type Checkpoint, checkpointText, originOf, parseCheckpoint } from './note/checkpoint.ts';
export { followRotations, rotationText } from './note/rotation.ts';
export {
  formatNote,
  type NoteSignature,
  openNote,
  type OpenedNote,
  parseNote,
  type SignedNote,
  type Trust,
  type VerifySignature,
} from './note/signed-note.ts';
export {
  formatVerifierKey,
  keyIdOf,
  parseVerifierKey,
  PUBLIC_KEY_BYTES,
  type TrustedKey,
} from './note/verifier-key.ts';
export { CompactRange } from './tree/compact-range.ts';
export { type ChangedTile, type OpenTiles, openTileAt, TileBuilder } from './tree/tile-builder.ts';
export { TILE_WIDTH, type Tiles } from './tree/tiles.ts';
export { createTree, MissingHashes, type Tree } from './tree/tree.ts';
export {
  type ConsistencyClaim,
  type InclusionClaim,
  verifyConsistency,
  verifyInclusion,
} from './tree/verify-proofs.ts';
