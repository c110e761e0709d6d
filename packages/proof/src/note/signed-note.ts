import { fromBase64, toBase64 } from '../base64.ts';
import type { Hashing } from '../hashing.ts';
import { keyIdOf, type TrustedKey } from './verifier-key.ts';

/** Ed25519: whether a signature over a message's UTF-8 was made with the key (32 bytes) that belongs to this one. */
export type VerifySignature = (publicKey: Uint8Array, message: string, signature: Uint8Array) => boolean;

const KEY_ID_BYTES = 4;

export interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedNote {
  /** What is signed: lines, each with its line end. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A note in the form of C2SP signed-note: its text, an empty line, a line per signature. */
export function formatNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(({ name, keyId, signature }) => {
    const bytes = new Uint8Array(KEY_ID_BYTES + signature.length);
    bytes.set(keyId);
    bytes.set(signature, KEY_ID_BYTES);
    return `— ${name} ${toBase64(bytes)}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** `undefined` for a text that is no note. */
export function parseNote(note: string): SignedNote | undefined {
  const border = note.lastIndexOf('\n\n');
  if (border < 0 || !note.endsWith('\n')) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of note.slice(border + 2, -1).split('\n')) {
    const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? [];
    const bytes = encoded === undefined ? undefined : fromBase64(encoded);
    if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
    signatures.push({
      name,
      keyId: bytes.subarray(0, KEY_ID_BYTES),
      signature: bytes.subarray(KEY_ID_BYTES),
    });
  }
  return { text: note.slice(0, border + 1), signatures };
}

/** What decides whether a note is believed. */
export interface Trust {
  readonly hashing: Hashing;
  readonly verify: VerifySignature;
  readonly keys: readonly TrustedKey[];
}

export type OpenedNote =
  | { readonly outcome: 'trusted'; readonly text: string; readonly key: TrustedKey; readonly keyId: string }
  | { readonly outcome: 'malformed' }
  /** None of its signatures names a key that is trusted. */
  | { readonly outcome: 'other-key'; readonly keyIds: readonly string[] }
  /** It names a trusted key, and the signature does not fit the text. */
  | { readonly outcome: 'bad-signature' };

/** The text of a note that a trusted key has signed under a name. */
export function openNote(note: string, name: string, { hashing, verify, keys }: Trust): OpenedNote {
  const parsed = parseNote(note);
  if (parsed === undefined) return { outcome: 'malformed' };
  let isNamed = false;
  for (const signed of parsed.signatures) {
    if (signed.name !== name) continue;
    const keyId = toHex(signed.keyId);
    for (const key of keys) {
      if (keyIdOf(hashing, name, key.publicKey) !== keyId) continue;
      isNamed = true;
      if (verify(key.publicKey, parsed.text, signed.signature))
        return { outcome: 'trusted', text: parsed.text, key, keyId };
    }
  }
  if (isNamed) return { outcome: 'bad-signature' };
  return { outcome: 'other-key', keyIds: parsed.signatures.map(({ keyId }) => toHex(keyId)) };
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
