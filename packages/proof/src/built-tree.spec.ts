import { generateKeyPairSync, hash, sign, verify, createPublicKey, type KeyObject } from 'node:crypto';
import type { RecordedEvent } from '@ampora/kernel';
import {
  CHUNK_LEAVES,
  checkpointText,
  createExportProofs,
  createTree,
  endLine,
  endStatement,
  eventLine,
  type ExportHeader,
  formatNote,
  formatVerifierKey,
  hashLeaf,
  type Hashing,
  headerLine,
  headerStatement,
  keyIdOf,
  originOf,
  rootLine,
  rotationText,
  scavengedLine,
  signatureLine,
  TileBuilder,
  type Tiles,
  toBase64,
  type Tree,
  type Trust,
  type VerifySignature,
} from './index.ts';

export const hashing: Hashing = {
  ofText: (text) => new Uint8Array(hash('sha256', text, 'buffer')),
  ofBytes: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
};

/** Tiles in memory, stored as a sealer stores them: every `storeEvery` leaves. */
export function buildTiles(leaves: readonly Uint8Array[], storeEvery = 100): Tiles {
  const stored = new Map<string, Uint8Array>();
  const builder = new TileBuilder(hashing);
  const store = (): void => {
    for (const { level, index, hashes } of builder.takeChanged()) stored.set(`${level}/${index}`, hashes);
  };
  for (const [index, leaf] of leaves.entries()) {
    builder.append(leaf, BigInt(index + 1));
    if ((index + 1) % storeEvery === 0) store();
  }
  store();
  return {
    read: async (level, first, count) =>
      Array.from({ length: count }, (_, index) => stored.get(`${level}/${first + index}`)).filter(
        (tile) => tile !== undefined,
      ),
  };
}

export function recorded(sequence: number, data: RecordedEvent['data'] = { n: sequence }): RecordedEvent {
  return {
    id: `00000000-0000-4000-8000-${String(sequence).padStart(12, '0')}`,
    type: ['AgentConnected', 'AgentHealthReported', 'AgentDisconnected'][sequence % 3] as string,
    schemaVersion: 1,
    streamId: `agent-${sequence % 7}`,
    revision: Math.floor(sequence / 7),
    position: BigInt(2 * sequence + 1),
    recordedAtMs: 1_700_000_000_000 + sequence * 10,
    data,
    metadata: { tenant: 'default', actor: 'system', actorRole: 'System', correlationId: 'c1' },
  };
}

export interface Signer {
  readonly publicKey: Uint8Array;
  readonly keyId: string;
  readonly verifierKey: string;
  sign(text: string): string;
}

export function makeSigner(tenant = 'default'): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(12));
  const name = originOf(tenant);
  const keyId = keyIdOf(hashing, name, raw);
  return {
    publicKey: raw,
    keyId,
    verifierKey: formatVerifierKey(hashing, name, raw),
    sign: (text) =>
      formatNote({
        text,
        signatures: [
          { name, keyId: Buffer.from(keyId, 'hex'), signature: sign(null, Buffer.from(text), privateKey) },
        ],
      }),
  };
}

const spki = Buffer.from('302a300506032b6570032100', 'hex');

export const verifySignature: VerifySignature = (publicKey, message, signature) => {
  const key: KeyObject = createPublicKey({
    key: Buffer.concat([spki, publicKey]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, Buffer.from(message), key, signature);
};

export const trusting = (...signers: readonly Signer[]): Trust => ({
  hashing,
  verify: verifySignature,
  keys: signers.map(({ publicKey }) => ({ publicKey })),
});

export interface BuiltExport {
  /** Without line ends. */
  readonly lines: readonly string[];
  readonly tree: Tree;
}

export interface ExportShape {
  readonly size: number;
  readonly isExported?: (sequence: number) => boolean;
  readonly isScavenged?: (sequence: number) => boolean;
  readonly signer: Signer;
  readonly rotatedFrom?: Signer;
  readonly chunkLeaves?: number;
  /** Sizes at which earlier roots were sealed. */
  readonly roots?: readonly number[];
}

/** An export written with the package's own pieces, as an exporter writes it. */
export async function buildExport(shape: ExportShape): Promise<BuiltExport> {
  const { size, signer, chunkLeaves = CHUNK_LEAVES, roots = [], isExported = () => true } = shape;
  const texts = Array.from({ length: size }, (_, sequence) => eventLine(recorded(sequence), sequence));
  const leaves = texts.map((text) => hashLeaf(hashing, text));
  const tree = createTree(buildTiles(leaves), hashing);
  const checkpointOf = async (treeSize: number): Promise<string> =>
    signer.sign(
      checkpointText({ origin: originOf('default'), treeSize, rootHash: await tree.root(treeSize) }),
    );
  const header: ExportHeader = {
    tenant: 'default',
    createdAt: '2026-01-01T00:00:00.000Z',
    filter: {},
    treeSize: size,
    rootHash: toBase64(await tree.root(size)),
    checkpoint: await checkpointOf(size),
    rotations: shape.rotatedFrom ? [shape.rotatedFrom.sign(rotationText('default', signer.verifierKey))] : [],
  };
  const head = headerLine(header);
  const lines = [head, signatureLine(signer.sign(headerStatement(hashing, 'default', head)))];
  const proofs = createExportProofs({ tree, treeSize: size });
  const counts = { events: 0, scavenged: 0, roots: 0 };
  let chunk: number[] = [];
  const flush = async (to: number): Promise<void> => {
    lines.push(await proofs.cover(chunk, to));
    for (const sequence of chunk) {
      const isScavenged = shape.isScavenged?.(sequence) ?? false;
      lines.push(
        isScavenged
          ? scavengedLine(sequence, toBase64(leaves[sequence] as Uint8Array))
          : (texts[sequence] as string),
      );
      counts[isScavenged ? 'scavenged' : 'events'] += 1;
    }
    chunk = [];
  };
  for (let sequence = 0; sequence < size; sequence++) {
    if (isExported(sequence)) chunk.push(sequence);
    const isRoot = roots.includes(sequence + 1);
    if (chunk.length < chunkLeaves && !isRoot && sequence + 1 < size) continue;
    await flush(sequence + 1);
    if (!isRoot) continue;
    lines.push(rootLine(await checkpointOf(sequence + 1)));
    counts.roots += 1;
  }
  lines.push(endLine(counts, signer.sign(endStatement(hashing, 'default', head, counts))));
  return { lines, tree };
}
