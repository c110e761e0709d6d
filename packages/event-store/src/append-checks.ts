import { AppendTooLarge, type ExpectedRevision, type StreamAppend } from '@ampora/application/ports';
import type { NewEvent } from '@ampora/kernel';

/** What one append to a stream may carry in either store: EventStoreDB's default, with its framing allowed for. */
export const APPEND_LIMIT_BYTES = 1024 * 1024;

/** Names, keys and lengths that a store keeps beside an event's bytes; generous, so that no store refuses what passed. */
const FRAMING_BYTES = 96;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_NAME_BYTES = 1024;

/** A programming fault of the caller: the append cannot be stored anywhere, and nothing of it was. */
export class InvalidAppend extends Error {
  override readonly name = 'InvalidAppend';
}

/** An event's JSON, made once: checks count it and adapters send it. */
export interface SerializedEvent {
  readonly event: NewEvent;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

function checkName(kind: string, name: string): void {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > MAX_NAME_BYTES || name.includes('\0') || name.startsWith('$')) {
    throw new InvalidAppend(
      `${kind} ${JSON.stringify(name.slice(0, 80))} must have 1 to ${MAX_NAME_BYTES} bytes, no NUL and no leading $`,
    );
  }
}

function checkRevision(streamId: string, revision: ExpectedRevision): void {
  if (revision === 'any' || revision === 'no-stream') return;
  if (!Number.isSafeInteger(revision) || revision < 0) {
    throw new InvalidAppend(
      `Expected revision of ${streamId} is ${revision}: give 'any', 'no-stream' or a revision from 0`,
    );
  }
}

/**
 * Checks an append and serialises its events. Throws InvalidAppend for what no store could take, AppendTooLarge
 * beyond {@link APPEND_LIMIT_BYTES}.
 */
export function serializeAppend(append: StreamAppend): readonly SerializedEvent[] {
  checkName('Stream', append.streamId);
  checkRevision(append.streamId, append.expectedRevision);
  if (append.events.length === 0) throw new InvalidAppend(`Append to ${append.streamId} has no events`);
  const ids = new Set<string>();
  let sizeBytes = 0;
  const serialized = append.events.map((event) => {
    if (!UUID.test(event.id)) throw new InvalidAppend(`Event id ${JSON.stringify(event.id)} is not a UUID`);
    if (ids.has(event.id))
      throw new InvalidAppend(`Event id ${event.id} is twice in one append to ${append.streamId}`);
    ids.add(event.id);
    checkName('Event type', event.type);
    const data = Buffer.from(JSON.stringify(event.data));
    const metadata = Buffer.from(JSON.stringify(event.metadata));
    sizeBytes += data.length + metadata.length + 2 * event.type.length + FRAMING_BYTES;
    return { event, data, metadata };
  });
  if (sizeBytes > APPEND_LIMIT_BYTES)
    throw new AppendTooLarge(append.streamId, sizeBytes, APPEND_LIMIT_BYTES);
  return serialized;
}
