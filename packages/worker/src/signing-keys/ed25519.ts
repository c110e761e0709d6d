import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { VerifySignature } from '@ampora/proof';

/** What stands before the 32 bytes of an Ed25519 public key in DER: RFC 8410. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export interface KeyPair {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly privateKey: KeyObject;
}

export function makeKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return { publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)), privateKey };
}

export function toPkcs8(privateKey: KeyObject): Uint8Array {
  return privateKey.export({ format: 'der', type: 'pkcs8' });
}

export function fromPkcs8(der: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
}

export function signText(privateKey: KeyObject, text: string): Uint8Array {
  return sign(null, Buffer.from(text), privateKey);
}

function toPublicKey(publicKey: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
}

/** As `openssl pkey -pubin` reads it. */
export function toPublicPem(publicKey: Uint8Array): string {
  return toPublicKey(publicKey).export({ format: 'pem', type: 'spki' }).toString();
}

export const verifyEd25519: VerifySignature = (publicKey, message, signature) =>
  verify(null, Buffer.from(message), toPublicKey(publicKey), signature);
