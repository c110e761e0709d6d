import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';
import { streamOf } from '@ampora/catalogue';
import type { EventMetadata } from '@ampora/kernel';
import { stampEvents, uuidFrom } from '../event-writing/stamp-events.ts';
import type { StreamAppend } from '../ports/event-log.ts';

/** Compressed bytes per chunk event: 256 KiB, far below what one append may carry. */
const CHUNK_BYTES = 256 * 1024;

/** Every new effective configuration passes here: setting up a full window costs more than compressing a small body. */
const SMALL_BYTES = 4 * 1024;
const forSmall = { level: 1, windowBits: 12, memLevel: 3 };
const forLarge = { level: 6 };

export function contentHashOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

/**
 * The appends that store a body once by its SHA-256: one per chunk, so that each stays small. Giving them again, or a
 * stream that exists already, changes nothing: chunk ids follow from the hash, and `wrong-expected-revision` on a
 * content stream means that the body is there. Put them before the append that refers to the body.
 */
export function storeContent(
  body: Uint8Array,
  metadata: EventMetadata,
): { contentHash: string; appends: StreamAppend[] } {
  const contentHash = contentHashOf(body);
  const compressed = gzipSync(body, body.byteLength <= SMALL_BYTES ? forSmall : forLarge);
  return {
    contentHash,
    appends: appendsOf({ contentHash, sizeBytes: body.byteLength, compressed }, metadata),
  };
}

const gzipAside = promisify(gzip);

/** As storeContent, and compresses a body that is not small beside the loop that serves everybody. */
export async function storeContentAside(
  body: Uint8Array,
  metadata: EventMetadata,
): Promise<{ contentHash: string; appends: StreamAppend[] }> {
  if (body.byteLength <= SMALL_BYTES) return storeContent(body, metadata);
  const contentHash = contentHashOf(body);
  const compressed = await gzipAside(body, forLarge);
  return {
    contentHash,
    appends: appendsOf({ contentHash, sizeBytes: body.byteLength, compressed }, metadata),
  };
}

interface CompressedBody {
  readonly contentHash: string;
  readonly sizeBytes: number;
  readonly compressed: Buffer;
}

function appendsOf(
  { contentHash, sizeBytes, compressed }: CompressedBody,
  metadata: EventMetadata,
): StreamAppend[] {
  const count = Math.max(1, Math.ceil(compressed.byteLength / CHUNK_BYTES));
  const streamId = streamOf.content(contentHash);
  return Array.from({ length: count }, (_, index): StreamAppend => {
    const data = compressed.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES).toString('base64');
    const event = {
      type: 'ContentStored' as const,
      data: { contentHash, sizeBytes, encoding: 'gzip' as const, index, count, data },
    };
    return {
      streamId,
      expectedRevision: index === 0 ? 'no-stream' : index - 1,
      events: stampEvents([event], metadata, () => uuidFrom(`content:${contentHash}:${index}:${count}`)),
    };
  });
}
