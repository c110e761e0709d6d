import { gunzipSync, gzipSync } from 'node:zlib';
import { contentHashOf } from '@ampora/application';
import { streamPrefix } from '@ampora/catalogue';
import type { EventMetadata, JsonObject, RecordedEvent } from '@ampora/kernel';
import { createPseudonyms, type Pseudonyms } from './pseudonyms.ts';
import { scrubData, type DataScrubbing, type ScrubbedBody } from './scrub-data.ts';
import { scrubText } from './scrub-text.ts';

type Events = AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>;

interface StoredBody extends ScrubbedBody {
  readonly packed: Buffer;
}

/**
 * Events that can be given to somebody else: hosts, addresses, names, attributes, the words of configurations and
 * errors, people and all ids are replaced, the same by the same, under a random key that is forgotten. Types, order,
 * positions, times, numbers of the protocol and the structure of everything stay, so that what was decided is decided again. Reads the
 * events twice: a body's new name must be known before anything refers to it.
 */
export async function* scrubEvents(
  read: () => Events,
  pseudonyms: Pseudonyms = createPseudonyms(),
): AsyncGenerator<RecordedEvent, void, undefined> {
  const bodies = await scrubBodies(read(), pseudonyms);
  const scrubbing: DataScrubbing = { pseudonyms, bodyOf: (contentHash) => bodies.get(contentHash) };
  for await (const event of read()) yield scrubEvent(event, scrubbing, bodies);
}

async function scrubBodies(events: Events, pseudonyms: Pseudonyms): Promise<ReadonlyMap<string, StoredBody>> {
  const pieces = new Map<string, string[]>();
  const bodies = new Map<string, StoredBody>();
  for await (const { type, data } of events) {
    if (type !== 'ContentStored') continue;
    const { contentHash, index, count, data: piece } = data as unknown as Piece;
    const gathered = pieces.get(contentHash) ?? [];
    gathered[index] = piece;
    pieces.set(contentHash, gathered);
    if (gathered.filter((each) => each !== undefined).length < count) continue;
    pieces.delete(contentHash);
    bodies.set(contentHash, scrubBody(gathered, pseudonyms));
  }
  return bodies;
}

interface Piece {
  readonly contentHash: string;
  readonly index: number;
  readonly count: number;
  readonly data: string;
}

function scrubBody(pieces: readonly string[], pseudonyms: Pseudonyms): StoredBody {
  const packed = Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
  const text = scrubText(gunzipSync(packed).toString('utf8'), pseudonyms);
  const body = Buffer.from(text);
  return { contentHash: contentHashOf(body), sizeBytes: body.byteLength, packed: gzipSync(body) };
}

function scrubEvent(
  event: RecordedEvent,
  scrubbing: DataScrubbing,
  bodies: ReadonlyMap<string, StoredBody>,
): RecordedEvent {
  const { pseudonyms } = scrubbing;
  return {
    ...event,
    id: pseudonyms.uuid(event.id),
    streamId: scrubStream(event.streamId, scrubbing),
    metadata: scrubMetadata(event.metadata, pseudonyms),
    data:
      event.type === 'ContentStored'
        ? scrubPiece(event.data, bodies)
        : scrubData(event.type, event.data, scrubbing),
  };
}

/** The new body in as many pieces as the old one. A body that is not whole loses its piece. */
function scrubPiece(data: JsonObject, bodies: ReadonlyMap<string, StoredBody>): JsonObject {
  const { contentHash, index, count } = data as unknown as Piece;
  const body = bodies.get(contentHash);
  if (!body) return { contentHash: '0'.repeat(64), sizeBytes: 0, encoding: 'gzip', index, count, data: '' };
  const width = Math.ceil(body.packed.length / count);
  const piece = body.packed.subarray(index * width, (index + 1) * width).toString('base64');
  const { sizeBytes } = body;
  return { contentHash: body.contentHash, sizeBytes, encoding: 'gzip', index, count, data: piece };
}

/** Longer prefixes first: one may begin with another. */
const prefixes = Object.values(streamPrefix).toSorted((left, right) => right.length - left.length);

function scrubStream(streamId: string, { pseudonyms, bodyOf }: DataScrubbing): string {
  const prefix = prefixes.find((each) => streamId.startsWith(each));
  if (prefix === undefined) return `stream-${pseudonyms.word(streamId)}`;
  const rest = streamId.slice(prefix.length);
  if (prefix === streamPrefix.content) return `${prefix}${bodyOf(rest)?.contentHash ?? pseudonyms.hex(rest)}`;
  if (rest === 'default') return streamId;
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(rest)) return `${prefix}${pseudonyms.uuid(rest)}`;
  if (/^[0-9a-f]{64}$/.test(rest)) return `${prefix}${pseudonyms.hex(rest)}`;
  return `${prefix}${pseudonyms.word(rest)}`;
}

const AGENT = 'agent:';

function scrubMetadata(metadata: EventMetadata, pseudonyms: Pseudonyms): EventMetadata {
  const { tenant, actorRole, sourceIp, correlationId, causationId, traceparent } = metadata;
  return {
    tenant: tenant === 'default' ? tenant : pseudonyms.word(tenant),
    actor: scrubActor(metadata.actor, pseudonyms),
    actorRole,
    ...(sourceIp === undefined ? {} : { sourceIp: pseudonyms.ip(sourceIp) }),
    correlationId: pseudonyms.uuid(correlationId),
    ...(causationId === undefined ? {} : { causationId: pseudonyms.uuid(causationId) }),
    ...(traceparent === undefined ? {} : { traceparent: scrubTrace(traceparent, pseudonyms) }),
  };
}

function scrubActor(actor: string, pseudonyms: Pseudonyms): string {
  if (actor === 'system' || actor === 'loopback') return actor;
  if (actor.startsWith(AGENT)) return `${AGENT}${pseudonyms.uuid(actor.slice(AGENT.length))}`;
  return `person:${pseudonyms.word(actor)}`;
}

function scrubTrace(traceparent: string, pseudonyms: Pseudonyms): string {
  const [, trace = '', span = '', flags = '00'] = traceparent.split('-');
  return `00-${pseudonyms.hex(trace)}-${pseudonyms.hex(span)}-${flags}`;
}
