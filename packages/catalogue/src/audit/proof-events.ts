import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

export const auditRootSealed = defineEvent({
  type: 'AuditRootSealed',
  version: 1,
  summary: 'The history so far was sealed by a signed root',
  schema: z.object({
    tenant: z.string(),
    /** Events of the tenant that the root stands for. */
    treeSize: z.int().positive(),
    /** Base64. */
    rootHash: z.string(),
    /** Position of the last of them. */
    position: z.string(),
    keyId: z.string(),
    /** The signed note that states size and root. */
    checkpoint: z.string(),
  }),
});

const publicKey = {
  tenant: z.string(),
  keyId: z.string(),
  /** Ed25519, 32 bytes, base64. */
  publicKey: z.string(),
  /** The same as one line of text, with its name and id. */
  verifierKey: z.string(),
};

export const auditSigningKeyCreated = defineEvent({
  type: 'AuditSigningKeyCreated',
  version: 1,
  summary: 'A key that signs roots was made',
  schema: z.object(publicKey),
});

export const auditSigningKeyRotated = defineEvent({
  type: 'AuditSigningKeyRotated',
  version: 1,
  summary: 'A new key signs roots from now on; the one before vouches for it',
  schema: z.object({
    ...publicKey,
    previousKeyId: z.string(),
    /** Note in which the previous key names the new one. */
    statement: z.string(),
  }),
});

export const proofEvents = [auditRootSealed, auditSigningKeyCreated, auditSigningKeyRotated] as const;

export type ProofEvent = EventOf<(typeof proofEvents)[number]>;
