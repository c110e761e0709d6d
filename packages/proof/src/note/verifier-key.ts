import { fromBase64, toBase64 } from '../base64.ts';
import type { Hashing } from '../hashing.ts';

/** The type byte of Ed25519 in C2SP signed-note. */
const ED25519 = 1;
export const PUBLIC_KEY_BYTES = 32;

/** An Ed25519 key that a reader believes, under one name or, without one, under any. */
export interface TrustedKey {
  readonly name?: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** 8 hex digits that tell a name's keys apart: C2SP signed-note, for Ed25519. Names are ASCII. */
export function keyIdOf(hashing: Hashing, name: string, publicKey: Uint8Array): string {
  const bytes = new Uint8Array(name.length + 2 + publicKey.length);
  for (let index = 0; index < name.length; index++) bytes[index] = name.charCodeAt(index);
  bytes[name.length] = 0x0a;
  bytes[name.length + 1] = ED25519;
  bytes.set(publicKey, name.length + 2);
  return Array.from(hashing.ofBytes(bytes).subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}

/** `<name>+<key id>+<base64>`: a public key in one line. */
export function formatVerifierKey(hashing: Hashing, name: string, publicKey: Uint8Array): string {
  const bytes = new Uint8Array(1 + publicKey.length);
  bytes[0] = ED25519;
  bytes.set(publicKey, 1);
  return `${name}+${keyIdOf(hashing, name, publicKey)}+${toBase64(bytes)}`;
}

/** `undefined` for a text that is no Ed25519 verifier key, or one whose id is not its own. */
export function parseVerifierKey(hashing: Hashing, text: string): Required<TrustedKey> | undefined {
  const [, name, keyId, encoded] =
    /^([\x21-\x2a\x2c-\x7e]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || bytes?.[0] !== ED25519 || bytes.length !== 1 + PUBLIC_KEY_BYTES) return undefined;
  const publicKey = bytes.slice(1);
  return keyIdOf(hashing, name, publicKey) === keyId ? { name, publicKey } : undefined;
}
