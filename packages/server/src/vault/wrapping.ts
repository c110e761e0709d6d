import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface Wrapped {
  readonly bytes: Buffer;
  /** Tells which master key it was; null when there is none. */
  readonly wrappedBy: string | null;
}

/** A stored secret that no master key of the settings opens. */
export class MasterKeyMissing extends Error {
  override readonly name = 'MasterKeyMissing';
}

/** Encrypts what the vault keeps with the master key of the settings, if there is one (AES-256-GCM). */
export interface Wrapping {
  /** `about` is bound to the secret: stored under another name it does not open. */
  wrap(secret: Uint8Array, about: string): Wrapped;
  unwrap(wrapped: Wrapped, about: string): Buffer;
  /** Whether a secret ought to be wrapped again: in the open although there is a key, or by the key before. */
  isOutdated(wrapped: Wrapped): boolean;
}

/** Keys are base64 of 32 bytes, or empty. The previous one opens what is not wrapped again yet. */
export function createWrapping(masterKey: string, previousMasterKey = ''): Wrapping {
  const keys = [masterKey, previousMasterKey]
    .filter((text) => text !== '')
    .map((text) => Buffer.from(text, 'base64'));
  const current = masterKey === '' ? undefined : keys[0];
  const byId = new Map(keys.map((key) => [idOf(key), key]));
  return {
    wrap(secret, about) {
      if (current === undefined) return { bytes: Buffer.from(secret), wrappedBy: null };
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current, iv).setAAD(Buffer.from(about));
      const body = Buffer.concat([cipher.update(secret), cipher.final()]);
      return { bytes: Buffer.concat([iv, cipher.getAuthTag(), body]), wrappedBy: idOf(current) };
    },
    unwrap({ bytes, wrappedBy }, about) {
      if (wrappedBy === null) return bytes;
      const key = byId.get(wrappedBy);
      if (key === undefined)
        throw new MasterKeyMissing(
          `A secret of the vault was wrapped with the master key ${wrappedBy}, which is not the one of ` +
            'KeyProtection:MasterKey. Set that one, or give it as KeyProtection:PreviousMasterKey.',
        );
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
        .setAAD(Buffer.from(about))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    },
    isOutdated: ({ wrappedBy }) => current !== undefined && wrappedBy !== idOf(current),
  };
}

/** Says which key it is without saying anything about it. */
function idOf(key: Buffer): string {
  return createHash('sha256').update('ampora master key\0').update(key).digest('hex').slice(0, 16);
}
