import { z } from 'zod';
import { sha256Hex } from '../agent/shapes.ts';
import { defineEvent, type EventOf } from '../define-event.ts';

/** One piece of a body in `content-<sha256>`. Pieces keep each append well below EventStoreDB's 1 MiB. */
export const contentStored = defineEvent({
  type: 'ContentStored',
  version: 1,
  summary: 'A body (configuration text, component list) was stored once, by its SHA-256',
  schema: z.object({
    contentHash: sha256Hex,
    /** Size of the whole body before compression. */
    sizeBytes: z.int().nonnegative(),
    encoding: z.literal('gzip'),
    /** Place of this piece, from 0. */
    index: z.int().nonnegative(),
    count: z.int().positive(),
    /** This piece of the compressed body, base64. */
    data: z.base64(),
  }),
});

export const contentEvents = [contentStored] as const;

export type ContentEvent = EventOf<(typeof contentEvents)[number]>;
