import { type CommandContext, typedEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import type { EventMetadata, Position } from '@ampora/kernel';
import { createTree, eventLine, type Hashing, scavengedMark, toBase64, type Tree } from '@ampora/proof';
import type { AuditSealer } from '../audit-sealer/audit-sealer.ts';
import { lastSealedRoot, type SealedRootEvent } from '../audit-sealer/seal-root.ts';
import type { TileStore } from '../audit-sealer/tile-store.ts';
import { ProvenLog } from './proven-log.ts';
import { toPublicPem } from '../signing-keys/ed25519.ts';
import type { SigningKeys } from '../signing-keys/signing-keys.ts';

export interface AuditProofsOptions {
  readonly log: EventLog;
  readonly store: TileStore;
  readonly keys: SigningKeys;
  readonly sealer: Pick<AuditSealer, 'sealNow'>;
  readonly hashing: Hashing;
}

/** What the faces may ask of a tenant's sealed history. Hashes as base64, times in RFC 3339. */
export class AuditProofs {
  readonly #options: AuditProofsOptions;

  constructor(options: AuditProofsOptions) {
    this.#options = options;
  }

  get hashing(): Hashing {
    return this.#options.hashing;
  }

  treeOf(tenant: string): Tree {
    const { store, hashing } = this.#options;
    return createTree(store.tilesOf(tenant), hashing);
  }

  provenLog(tenant: string): ProvenLog {
    return new ProvenLog(tenant, this.#options);
  }

  /** Newest first; `before` is a revision, exclusive. */
  async roots(tenant: string, limit: number, before?: number) {
    if (before !== undefined && before <= 0) return { items: [], next: undefined };
    const stored = await this.#options.log.readStream(streamOf.auditSeal(tenant), {
      direction: 'backwards',
      maxCount: limit + 1,
      ...(before === undefined ? {} : { fromRevision: before - 1 }),
    });
    const events = typedEvents(stored) as unknown as SealedRootEvent[];
    const items = events.slice(0, limit);
    return { items: items.map(toRoot), next: events.length > limit ? items.at(-1)?.revision : undefined };
  }

  async sealNow(metadata: EventMetadata) {
    const { sealed, root } = await this.#options.sealer.sealNow(metadata);
    return { sealed, root: root ? toRoot(root) : null, position: String(root?.position ?? 0) };
  }

  async keys(tenant: string) {
    const keys = await this.#options.keys.list(tenant);
    return keys.map(({ keyId, publicKey, verifierKey, createdAtMs, retiredAtMs }) => ({
      keyId,
      publicKeyPem: toPublicPem(publicKey),
      verifierKey,
      state: retiredAtMs === undefined ? ('active' as const) : ('retired' as const),
      createdAt: new Date(createdAtMs).toISOString(),
      retiredAt: retiredAtMs === undefined ? null : new Date(retiredAtMs).toISOString(),
    }));
  }

  rotateKey(context: CommandContext): Promise<Position> {
    return this.#options.keys.rotate(context);
  }

  /** The proof that an event is in the last sealed root; says why there is none. */
  async eventProof(tenant: string, position: Position) {
    const { log, store } = this.#options;
    const event = await log.readAt(position);
    if (event?.metadata.tenant !== tenant) return 'no-event' as const;
    const root = await lastSealedRoot(log, tenant);
    const leafIndex = await store.leafAt(tenant, position);
    if (root === undefined || leafIndex === undefined || leafIndex >= root.data.treeSize)
      return 'not-sealed' as const;
    const { treeSize, rootHash, checkpoint, keyId } = root.data;
    const tree = this.treeOf(tenant);
    const [leafHash] = await tree.leaves(leafIndex, leafIndex + 1);
    const hashes = await tree.inclusionProof(leafIndex, treeSize);
    const key = (await this.#options.keys.list(tenant)).find((each) => each.keyId === keyId);
    return {
      line: scavengedMark(event) === undefined ? eventLine(event, leafIndex) : null,
      leafIndex,
      treeSize,
      leafHash: toBase64(leafHash as Uint8Array),
      rootHash,
      hashes: hashes.map(toBase64),
      checkpoint,
      keyId,
      publicKeyPem: key === undefined ? '' : toPublicPem(key.publicKey),
    };
  }

  /** The proof that the tree of one size is the beginning of that of another; `undefined` beyond what has been sealed. */
  async consistency(tenant: string, from: number, to?: number) {
    const last = await lastSealedRoot(this.#options.log, tenant);
    const newer = to ?? last?.data.treeSize ?? 0;
    if (last === undefined || from > newer || newer > last.data.treeSize) return undefined;
    const tree = this.treeOf(tenant);
    const hashes = await tree.consistencyProof(from, newer);
    return {
      from,
      to: newer,
      fromRoot: toBase64(await tree.root(from)),
      toRoot: toBase64(await tree.root(newer)),
      hashes: hashes.map(toBase64),
      checkpoints: {
        from: await this.#checkpointOf(tenant, from, last),
        to: await this.#checkpointOf(tenant, newer, last),
      },
    };
  }

  /** Sizes grow along the stream: found by halving. */
  async #checkpointOf(tenant: string, size: number, last: SealedRootEvent): Promise<string | null> {
    let low = 0;
    let high = last.revision;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const [root] = typedEvents(
        await this.#options.log.readStream(streamOf.auditSeal(tenant), {
          fromRevision: middle,
          maxCount: 1,
        }),
      ) as unknown as SealedRootEvent[];
      if (root === undefined) return null;
      if (root.data.treeSize === size) return root.data.checkpoint;
      if (root.data.treeSize < size) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }
}

function toRoot({ data, recordedAtMs, position }: SealedRootEvent) {
  const { tenant, treeSize, rootHash, keyId, checkpoint } = data;
  return {
    tenant,
    treeSize,
    rootHash,
    position: data.position,
    sealedAt: new Date(recordedAtMs).toISOString(),
    keyId,
    checkpoint,
    eventPosition: String(position),
  };
}
