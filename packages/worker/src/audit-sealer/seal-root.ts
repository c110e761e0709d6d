import { stampEvents, typedEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { type ProofEvent, streamOf, type TypedEvent } from '@ampora/catalogue';
import type { EventMetadata } from '@ampora/kernel';
import { checkpointText, createTree, type Hashing, originOf, toBase64 } from '@ampora/proof';
import type { SigningKeys } from '../signing-keys/signing-keys.ts';
import type { TileStore } from './tile-store.ts';

export type SealedRootEvent = TypedEvent<Extract<ProofEvent, { type: 'AuditRootSealed' }>>;

/** What was sealed before is not what the log says now: somebody changed it. Nothing more is sealed. */
export class SealedHistoryAltered extends Error {
  override readonly name = 'SealedHistoryAltered';
}

export interface SealRootOptions {
  readonly log: EventLog;
  readonly store: TileStore;
  readonly keys: SigningKeys;
  readonly hashing: Hashing;
}

export async function lastSealedRoot(log: EventLog, tenant: string): Promise<SealedRootEvent | undefined> {
  const stored = await log.readStream(streamOf.auditSeal(tenant), { direction: 'backwards', maxCount: 1 });
  return typedEvents(stored)[0] as SealedRootEvent | undefined;
}

/**
 * Seals a tenant's tree as far as it has grown, unless nothing but sealed roots came since the last one. The append names
 * the revision it builds on: of two sealers, one wins, and the other finds its root.
 */
export async function sealRoot(
  { log, store, keys, hashing }: SealRootOptions,
  metadata: EventMetadata,
): Promise<{ readonly sealed: boolean; readonly root: SealedRootEvent | undefined }> {
  const { tenant } = metadata;
  const last = await lastSealedRoot(log, tenant);
  const state = await store.tree(tenant);
  if (state.lastOtherPosition <= BigInt(last?.data.position ?? 0)) return { sealed: false, root: last };
  const tree = createTree(store.tilesOf(tenant), hashing);
  if (last !== undefined) {
    const again = toBase64(await tree.root(last.data.treeSize));
    if (again !== last.data.rootHash)
      throw new SealedHistoryAltered(
        `the log up to position ${last.data.position} no longer gives the root of tenant ${tenant} that was sealed ` +
          `at position ${last.position}: an event was changed, left out or put in. Find it with an earlier export ` +
          '(ampora events verify), and restore the log from its backup',
      );
  }
  const rootHash = await tree.root(state.size);
  const text = checkpointText({ origin: originOf(tenant), treeSize: state.size, rootHash });
  const { note, keyId } = await keys.sign(tenant, text);
  const data = {
    tenant,
    treeSize: state.size,
    rootHash: toBase64(rootHash),
    position: String(state.position),
    keyId,
    checkpoint: note,
  };
  const [result] = await log.append([
    {
      streamId: streamOf.auditSeal(tenant),
      expectedRevision: last?.revision ?? 'no-stream',
      events: stampEvents([{ type: 'AuditRootSealed', data }], metadata),
    },
  ]);
  return { sealed: result?.outcome === 'appended', root: await lastSealedRoot(log, tenant) };
}
