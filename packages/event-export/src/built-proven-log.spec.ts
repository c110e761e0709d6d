import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { EventLog } from '@ampora/application/ports';
import type { Position } from '@ampora/kernel';
import {
  checkpointText,
  createTree,
  eventLine,
  formatNote,
  formatVerifierKey,
  hashLeaf,
  keyIdOf,
  originOf,
  TILE_WIDTH,
  TileBuilder,
  toBase64,
} from '@ampora/proof';
import type { ProvenLog, SignedRoot } from './proven-log.ts';
import { nodeHashing } from './node-hashing.spec.ts';

export interface BuiltProvenLog extends ProvenLog {
  readonly root: SignedRoot;
  readonly verifierKey: string;
  readonly publicKeyPem: string;
}

/** The tree over a tenant's events as they are now, kept in memory, with a key of its own and roots at the sizes asked for. */
export async function buildProvenLog(
  log: EventLog,
  tenant: string,
  rootSizes: readonly number[] = [],
): Promise<BuiltProvenLog> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const builder = new TileBuilder(nodeHashing);
  const positions: Position[] = [];
  for await (const page of log.readAll()) {
    for (const event of page.filter(({ metadata }) => metadata.tenant === tenant)) {
      builder.append(hashLeaf(nodeHashing, eventLine(event, positions.length)), event.position);
      positions.push(event.position);
    }
  }
  const tiles = new Map(
    builder.takeChanged().map(({ level, index, hashes }) => [`${level}/${index}`, hashes] as const),
  );
  const tree = createTree(
    {
      read: async (level, first, count) =>
        Array.from({ length: count }, (_, index) => tiles.get(`${level}/${first + index}`)).filter(
          (tile) => tile !== undefined,
        ),
    },
    nodeHashing,
  );
  const signer = noteSigner(originOf(tenant), publicKey, privateKey);
  const rootOf = async (treeSize: number): Promise<SignedRoot> => {
    const rootHash = await tree.root(treeSize);
    const text = checkpointText({ origin: originOf(tenant), treeSize, rootHash });
    return { treeSize, rootHash: toBase64(rootHash), checkpoint: signer.sign(text) };
  };
  const roots = await Promise.all(rootSizes.map(rootOf));
  return {
    tree,
    root: await rootOf(positions.length),
    verifierKey: signer.verifierKey,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    positionsOf: async (from, to) => positions.slice(from, to),
    leavesUpTo: async (position) => {
      let low = 0;
      let high = positions.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((positions[middle] as Position) <= position) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    async *rootsBetween(after, before) {
      yield* roots.filter(({ treeSize }) => treeSize > after && treeSize < before);
    },
    rotations: async () => [],
    sign: async (text) => signer.sign(text),
  };
}

function noteSigner(name: string, publicKey: KeyObject, privateKey: KeyObject) {
  const raw = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  const keyId = new Uint8Array(Buffer.from(keyIdOf(nodeHashing, name, raw), 'hex'));
  return {
    verifierKey: formatVerifierKey(nodeHashing, name, raw),
    sign(text: string): string {
      const signature = new Uint8Array(sign(null, Buffer.from(text), privateKey));
      return formatNote({ text, signatures: [{ name, keyId, signature }] });
    },
  };
}

/** Leaves in a tile, for specs that want to end in the middle of one. */
export const tileWidth = TILE_WIDTH;
