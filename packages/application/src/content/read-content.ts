import { gunzipSync } from 'node:zlib';
import { type ContentEvent, streamOf } from '@ampora/catalogue';
import type { EventLog } from '../ports/event-log.ts';
import { typedEvents } from '../event-writing/read-typed.ts';

/** Reads bodies by their SHA-256 from the log, keeping the most recently used ones in memory. */
export interface ContentReader {
  /** The body, or `undefined` when it was never stored (or only in part). */
  read(contentHash: string): Promise<Buffer | undefined>;
  /** Several bodies in one round trip; missing ones are absent from the map. */
  readMany(contentHashes: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
}

export interface ContentReaderOptions {
  /** Memory for bodies, in bytes. */
  readonly cacheBytes?: number;
}

export function createContentReader(log: EventLog, options: ContentReaderOptions = {}): ContentReader {
  const cacheBytes = options.cacheBytes ?? 16 * 1024 * 1024;
  const cache = new Map<string, Buffer>();
  let held = 0;

  const remember = (hash: string, body: Buffer) => {
    if (body.byteLength > cacheBytes / 4 || cache.has(hash)) return;
    cache.set(hash, body);
    held += body.byteLength;
    for (const [oldest, old] of cache) {
      if (held <= cacheBytes) break;
      cache.delete(oldest);
      held -= old.byteLength;
    }
  };
  const recall = (hash: string) => {
    const body = cache.get(hash);
    if (body) {
      cache.delete(hash);
      cache.set(hash, body);
    }
    return body;
  };

  const readMany = async (hashes: readonly string[]) => {
    const found = new Map<string, Buffer>();
    const missing: string[] = [];
    for (const hash of new Set(hashes)) {
      const body = recall(hash);
      if (body) found.set(hash, body);
      else missing.push(hash);
    }
    if (missing.length === 0) return found;
    const streams = await log.readStreams(missing.map(streamOf.content));
    missing.forEach((hash, index) => {
      const body = assemble(typedEvents<ContentEvent>(streams[index] ?? []));
      if (!body) return;
      found.set(hash, body);
      remember(hash, body);
    });
    return found;
  };

  return { readMany, read: async (hash) => (await readMany([hash])).get(hash) };
}

function assemble(chunks: readonly ContentEvent[]): Buffer | undefined {
  const count = chunks[0]?.data.count;
  if (count === undefined || chunks.length < count) return undefined;
  return gunzipSync(
    Buffer.concat(chunks.slice(0, count).map((chunk) => Buffer.from(chunk.data.data, 'base64'))),
  );
}
