import { z } from 'zod';
import { pageOf, pageQuery, positionText, timestamp } from './shared.ts';

const base64 = z.string().meta({ description: 'Base64' });
const treeSize = z.int().nonnegative().meta({ description: 'Leaves: events of the tenant' });
const checkpoint = z.string().meta({ description: 'Signed note (C2SP tlog-checkpoint): origin, size, root' });

/** A signed root over the tenant's history. */
export const sealedRoot = z
  .object({
    tenant: z.string(),
    treeSize,
    rootHash: base64,
    /** Of the last event that the root stands for. */
    position: positionText,
    sealedAt: timestamp,
    keyId: z.string(),
    checkpoint,
    /** Of the event that recorded the root. */
    eventPosition: positionText,
  })
  .meta({ id: 'SealedRoot' });
export type SealedRoot = z.output<typeof sealedRoot>;

export const listRootsQuery = z.object(pageQuery);
export const rootPage = pageOf(sealedRoot).meta({ id: 'RootPage' });

/** The newest root; `sealed` tells whether it was made now, or stood for everything already. */
export const sealAnswer = z
  .object({ sealed: z.boolean(), root: sealedRoot.nullable(), position: positionText })
  .meta({ id: 'SealAnswer' });

export const signingKey = z
  .object({
    keyId: z.string(),
    publicKeyPem: z.string(),
    verifierKey: z.string(),
    state: z.enum(['active', 'retired']),
    createdAt: timestamp,
    retiredAt: timestamp.nullable(),
  })
  .meta({ id: 'SigningKey' });
export type SigningKey = z.output<typeof signingKey>;
export const signingKeyList = z
  .object({ items: z.array(signingKey), next: z.null() })
  .meta({ id: 'SigningKeyList' });

export const eventProof = z
  .object({
    /** The leaf: exactly these characters, in UTF-8, are hashed. Null when the event was scavenged: then its hash alone is left. */
    line: z.string().nullable(),
    leafIndex: z.int().nonnegative(),
    treeSize,
    leafHash: base64,
    rootHash: base64,
    /** RFC 9162 inclusion proof, from the leaf up. */
    hashes: z.array(base64),
    checkpoint,
    keyId: z.string(),
    publicKeyPem: z.string(),
  })
  .meta({ id: 'EventProof' });
export type EventProof = z.output<typeof eventProof>;

export const consistencyQuery = z.object({
  from: z.coerce.number().int().positive().meta({ description: 'Size of the older tree' }),
  to: z.coerce
    .number()
    .int()
    .positive()
    .optional()
    .meta({ description: 'Size of the newer; absent: the last root' }),
});
export const consistencyProof = z
  .object({
    from: treeSize,
    to: treeSize,
    fromRoot: base64,
    toRoot: base64,
    /** RFC 9162 consistency proof. */
    hashes: z.array(base64),
    /** Of either size, where a root of exactly that size was sealed. */
    checkpoints: z.object({ from: checkpoint.nullable(), to: checkpoint.nullable() }),
  })
  .meta({ id: 'ConsistencyProof' });
export type ConsistencyProof = z.output<typeof consistencyProof>;
