import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const prefix = 'enc:';
const nonceBytes = 12;
const tagBytes = 16;

export const keyBytes = 32;

export function isSealed(text: string): boolean {
  return text.startsWith(prefix);
}

/** AES-256-GCM: `enc:` and base64url of nonce, ciphertext and tag. */
export function seal(key: Buffer, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return prefix + sealed.toString('base64url');
}

/** The text, or null when this key did not seal it. */
export function open(key: Buffer, sealed: string): string | null {
  const bytes = Buffer.from(sealed.slice(prefix.length), 'base64url');
  if (!isSealed(sealed) || bytes.byteLength < nonceBytes + tagBytes) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
