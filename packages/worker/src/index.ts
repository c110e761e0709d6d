export { sweepWhenDue, type SweepWhenDueOptions } from './audit-retention/sweep-when-due.ts';
export { AuditSealer, type AuditSealerOptions, type SealerObserver } from './audit-sealer/audit-sealer.ts';
export { TreeGrower, type GrowTreesOptions } from './audit-sealer/grow-trees.ts';
export { migrateProof } from './audit-sealer/migrate-proof.ts';
export { lastSealedRoot, SealedHistoryAltered, type SealedRootEvent } from './audit-sealer/seal-root.ts';
export { type TileChanges, TileStore, type TreeState } from './audit-sealer/tile-store.ts';
export type { AimedFleet } from './group-reconciler/aimed-fleet.ts';
export {
  GroupReconciler,
  type GroupReconcilerOptions,
  type ReconcilerObserver,
} from './group-reconciler/group-reconciler.ts';
export { type Leadership, type LeadershipOptions, seekLeadership } from './leadership/leadership.ts';
export { findSuperseded } from './log-scavenging/find-superseded.ts';
export { finishScavenging, scavengeLog, type ScavengeLogOptions } from './log-scavenging/scavenge-log.ts';
export { scavengeWhenDue, type ScavengeWhenDueOptions } from './log-scavenging/scavenge-when-due.ts';
export { nodeHashing } from './node-hashing.ts';
export { AuditProofs, type AuditProofsOptions } from './proving/audit-proofs.ts';
export { ProvenLog, type ProvenLogOptions } from './proving/proven-log.ts';
export { createDirectoryTarget } from './publishing/directory-target.ts';
export { createGitTarget, type GitTargetOptions } from './publishing/git-target.ts';
export type { PublishingTarget } from './publishing/publishing-target.ts';
export { readRootsAfter } from './publishing/read-roots-after.ts';
export { RootPublisher, type RootPublisherOptions } from './publishing/root-publisher.ts';
export { toPublicPem, verifyEd25519 } from './signing-keys/ed25519.ts';
export type { SigningKeyVault } from './signing-keys/signing-key-vault.ts';
export {
  KeysChangedMeanwhile,
  type SigningKey,
  SigningKeyMissing,
  SigningKeys,
  type SigningKeysOptions,
} from './signing-keys/signing-keys.ts';
