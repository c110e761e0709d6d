import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { EventLog } from '@ampora/application/ports';
import { decodeEvent, streamOf } from '@ampora/catalogue';
import type { RecordedEvent } from '@ampora/kernel';

const unzip = promisify(gunzip);

export interface ContentReaderOptions {
  /** How much text is kept at hand. Default 64 MiB (counted in UTF-16 units). */
  readonly maxKeptLength?: number;
  /** A body larger than this is treated as absent. Default 32 MiB. */
  readonly maxBodyBytes?: number;
}

/** Bodies by their SHA-256, out of the log. They never change, so that what was read once may be kept. */
export interface ContentReader {
  /** The body as text; `null` when the log has none by that hash. */
  read(contentHash: string): Promise<string | null>;
  load(contentHashes: readonly string[]): Promise<void>;
  /** What `load` brought; `undefined` when it was not loaded or had to make room. */
  peek(contentHash: string): string | null | undefined;
}

export function createContentReader(
  eventLog: Pick<EventLog, 'readStreams'>,
  options: ContentReaderOptions = {},
): ContentReader {
  const maxKeptLength = options.maxKeptLength ?? 64 * 1024 * 1024;
  const maxBodyBytes = options.maxBodyBytes ?? 32 * 1024 * 1024;
  const kept = new Map<string, string | null>();
  let keptLength = 0;

  function keep(contentHash: string, body: string | null): void {
    kept.delete(contentHash);
    kept.set(contentHash, body);
    keptLength += body?.length ?? 0;
  }

  function makeRoom(): void {
    for (const [contentHash, body] of kept) {
      if (keptLength <= maxKeptLength && kept.size <= 100_000) return;
      kept.delete(contentHash);
      keptLength -= body?.length ?? 0;
    }
  }

  async function load(contentHashes: readonly string[]): Promise<void> {
    const missing = [...new Set(contentHashes)].filter((hash) => !kept.has(hash));
    // Room is made before, never between load and peek: what one batch needs stays until the next one asks.
    makeRoom();
    for (let start = 0; start < missing.length; start += 200) {
      const asked = missing.slice(start, start + 200);
      const streams = await eventLog.readStreams(asked.map(streamOf.content));
      const bodies = await Promise.all(streams.map((events) => bodyOf(events, maxBodyBytes)));
      for (const [index, hash] of asked.entries()) keep(hash, bodies[index] ?? null);
    }
  }

  return {
    load,
    peek: (contentHash) => kept.get(contentHash),
    async read(contentHash) {
      await load([contentHash]);
      return kept.get(contentHash) ?? null;
    },
  };
}

async function bodyOf(events: readonly RecordedEvent[], maxBodyBytes: number): Promise<string | null> {
  const pieces = new Map<number, Buffer>();
  let count = 0;
  for (const stored of events) {
    const event = decodeEvent(stored);
    if (event?.type !== 'ContentStored') continue;
    if (event.data.sizeBytes > maxBodyBytes) return null;
    count = event.data.count;
    pieces.set(event.data.index, Buffer.from(event.data.data, 'base64'));
  }
  if (count === 0 || pieces.size < count) return null;
  const ordered = [...pieces].toSorted(([left], [right]) => left - right).map(([, piece]) => piece);
  const body = await unzip(Buffer.concat(ordered), { maxOutputLength: maxBodyBytes });
  return body.toString('utf8');
}
