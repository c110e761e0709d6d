import type { StoredEvent } from '@ampora/api-contract';
import type { EventLog } from '@ampora/application/ports';
import { definitionOf } from '@ampora/catalogue';
import { parsePosition, type RecordedEvent } from '@ampora/kernel';
import { ApiError, notFound } from '../problem/api-error.ts';
import type { Handler } from '../routing/handlers.ts';

/** A body's bytes are shown by the pages that know what they are, never as base64 in a list of events. */
function toStoredEvent(event: RecordedEvent): StoredEvent {
  const { metadata } = event;
  const { data: _body, ...withoutBody } = event.data;
  return {
    position: String(event.position),
    id: event.id,
    streamId: event.streamId,
    revision: event.revision,
    type: event.type,
    schemaVersion: event.schemaVersion,
    summary: definitionOf(event.type)?.summary ?? 'An event that this version does not know',
    recordedAt: new Date(event.recordedAtMs).toISOString(),
    tenant: metadata.tenant,
    actor: metadata.actor,
    actorRole: metadata.actorRole,
    sourceIp: metadata.sourceIp ?? null,
    correlationId: metadata.correlationId,
    causationId: metadata.causationId ?? null,
    traceparent: metadata.traceparent ?? null,
    data: event.type === 'ContentStored' ? withoutBody : event.data,
  };
}

export function eventHandlers(log: EventLog): {
  listEvents: Handler<'listEvents'>;
  getEvent: Handler<'getEvent'>;
} {
  return {
    async listEvents({ query }) {
      const given = query.cursor ?? query.from;
      const from = given === undefined ? undefined : parsePosition(given);
      if (query.cursor !== undefined && from === undefined)
        throw new ApiError(400, 'request/invalid-cursor', 'This cursor is not one of ours.');
      const forwards = query.direction === 'forwards';
      const events =
        query.stream === undefined
          ? await fromLog(log, query, from)
          : await fromStream(log, query.stream, from, forwards);
      const items = events.slice(0, query.limit);
      return {
        items: items.map(toStoredEvent),
        next: events.length > query.limit ? String(items.at(-1)?.position) : null,
      };
    },
    async getEvent({ params }) {
      const event = await log.readAt(BigInt(params.position));
      if (!event) throw notFound('event/not-found', `There is no event at position ${params.position}.`);
      return toStoredEvent(event);
    },
  };
}

interface LogQuery {
  readonly limit: number;
  readonly direction: 'forwards' | 'backwards';
  readonly type?: readonly string[] | undefined;
  readonly streamPrefix?: readonly string[] | undefined;
}

async function fromLog(log: EventLog, query: LogQuery, from: bigint | undefined): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const filter = {
    ...(query.type ? { types: query.type } : {}),
    ...(query.streamPrefix ? { streamPrefixes: query.streamPrefix } : {}),
  };
  const options = {
    direction: query.direction,
    filter,
    maxCount: query.limit + 1,
    pageSize: query.limit + 1,
    ...(from === undefined ? {} : { from }),
  };
  for await (const page of log.readAll(options)) events.push(...page);
  return events;
}

/** Streams are short by design (damping, content by hash), so one is read whole. */
async function fromStream(
  log: EventLog,
  streamId: string,
  from: bigint | undefined,
  forwards: boolean,
): Promise<RecordedEvent[]> {
  const events = await log.readStream(streamId);
  if (forwards) return events.filter((event) => from === undefined || event.position > from);
  return events.filter((event) => from === undefined || event.position < from).reverse();
}
