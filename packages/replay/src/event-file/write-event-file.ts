import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { RecordedEvent } from '@ampora/kernel';
import { eventLine } from '@ampora/proof';

export interface EventFileHeader {
  readonly scrubbed: boolean;
  /** Positions of the slice; what is before it is there because the slice stands on it. */
  readonly from: string;
  readonly to: string;
}

/**
 * Writes events as lines of an export, without proofs: what was scrubbed or chosen is not what was signed. Returns how
 * many there were.
 */
export async function writeEventFile(
  path: string,
  header: EventFileHeader,
  events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
): Promise<number> {
  const sink = createWriteStream(path);
  const ended = finished(sink);
  ended.catch(() => undefined);
  const write = async (line: string): Promise<void> => {
    if (!sink.write(`${line}\n`)) await Promise.race([once(sink, 'drain'), ended]);
  };
  let count = 0;
  try {
    await write(JSON.stringify({ ampora: 'replay', version: 1, ...header }));
    for await (const event of events) await write(eventLine(event, count++));
  } finally {
    sink.end();
  }
  await ended;
  return count;
}

/** What `writeEventFile` put first; `undefined` for any other export. */
export function eventFileHeader(firstLine: string): EventFileHeader | undefined {
  try {
    const { ampora, scrubbed, from, to } = JSON.parse(firstLine) as Record<string, unknown>;
    if (ampora !== 'replay' || typeof from !== 'string' || typeof to !== 'string') return undefined;
    return { scrubbed: scrubbed === true, from, to };
  } catch {
    return undefined;
  }
}
