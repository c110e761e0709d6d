import { hash } from 'node:crypto';

/** A digest of a meaning: 128 bits of SHA-256 as 22 characters, for one is kept per facet and agent. */
export function digestOf(meaning: string): string {
  return hash('sha256', meaning, 'base64url').slice(0, 22);
}
