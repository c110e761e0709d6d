import { fromBase64 } from './verify-proof.ts';

/** A signed tree head: a note of origin, size and root, an empty line, and signature lines. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** What was signed: the note up to and with the line end before the empty line. */
  readonly signed: string;
  readonly signatures: readonly { readonly name: string; readonly blob: string }[];
}

/** Reads a checkpoint; null when the text is none. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const gap = text.indexOf('\n\n');
  if (gap === -1) return null;
  const signed = text.slice(0, gap + 1);
  const [origin, size, root] = signed.split('\n');
  if (origin === undefined || root === undefined || !/^\d+$/.test(size ?? '')) return null;
  const signatures = [...text.slice(gap + 2).matchAll(/^— (\S+) (\S+)$/gm)].map((match) => ({
    name: match[1] ?? '',
    blob: match[2] ?? '',
  }));
  return { origin, size: Number(size), root, signed, signatures };
}

/** Whether the key has signed the checkpoint; null where this browser knows no Ed25519. */
export async function isSignedBy(checkpoint: Checkpoint, publicKeyPem: string): Promise<boolean | null> {
  let key: CryptoKey;
  try {
    const der = fromBase64(publicKeyPem.replace(/-----[A-Z ]+-----|\s/g, ''));
    key = await crypto.subtle.importKey('spki', der, 'Ed25519', false, ['verify']);
  } catch {
    return null;
  }
  const signed = new TextEncoder().encode(checkpoint.signed);
  for (const { blob } of checkpoint.signatures) {
    // Four bytes name the key, the rest is the signature.
    const signature = fromBase64(blob).slice(4);
    if (signature.length === 64 && (await crypto.subtle.verify('Ed25519', key, signature, signed)))
      return true;
  }
  return false;
}
