import { fromBase64, toBase64 } from '../base64.ts';
import { HASH_BYTES } from '../hashing.ts';

/** A signed tree head, as C2SP tlog-checkpoint writes it. */
export interface Checkpoint {
  readonly origin: string;
  readonly treeSize: number;
  readonly rootHash: Uint8Array;
}

/** What names a tenant's log, and its keys: ASCII, without spaces and plus signs. */
export function originOf(tenant: string): string {
  return `ampora/${encodeURIComponent(tenant)}`;
}

export function checkpointText({ origin, treeSize, rootHash }: Checkpoint): string {
  return `${origin}\n${treeSize}\n${toBase64(rootHash)}\n`;
}

/** `undefined` for a text that is no checkpoint. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [, origin, size, root] = /^(\S+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/=]+)\n$/.exec(text) ?? [];
  const rootHash = root === undefined ? undefined : fromBase64(root);
  if (origin === undefined || rootHash?.length !== HASH_BYTES) return undefined;
  return { origin, treeSize: Number(size), rootHash };
}
