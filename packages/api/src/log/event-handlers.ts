import type { AnswerOf, StoredEvent } from '@ampora/api-contract';
import type { EventLog } from '@ampora/application/ports';
import { definitionOf } from '@ampora/catalogue';
import { parsePosition, type RecordedEvent } from '@ampora/kernel';
import type { EventCauses, Queries, TimeSpan } from '@ampora/projections/queries';
import { ApiError, notFound } from '../problem/api-error.ts';
import { momentOf } from '../reading/moment-of.ts';
import { mutable } from '../reading/mutable.ts';
import type { Handlers } from '../routing/handlers.ts';

/** A body's bytes are shown by the pages that know what they are, never as base64 in a list of events. */
export function toStoredEvent(event: RecordedEvent): StoredEvent {
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

type EventReads = Pick<Handlers, 'listEvents' | 'getEvent' | 'getEventFacets' | 'getEventCauses'>;

export function eventHandlers(log: EventLog, queries: Queries): EventReads {
  const find = async (position: string): Promise<RecordedEvent> => {
    const event = await log.readAt(BigInt(position));
    if (!event) throw notFound('event/not-found', `There is no event at position ${position}.`);
    return event;
  };
  return {
    async listEvents({ query }) {
      const { limit, direction, cursor, from: given, at, after: _after, since, until, ...search } = query;
      const from = parsePosition(cursor ?? given ?? '');
      if (cursor !== undefined && from === undefined)
        throw new ApiError(400, 'request/invalid-cursor', 'This cursor is not one of ours.');
      const moment = await momentOf(queries, { at });
      const forwards = direction === 'forwards';
      const span = spanOf(since, until);
      const { events, next } = await queries.findEvents({ search, span, from, forwards, limit }, moment);
      return { items: events.map(toStoredEvent), next: next === null ? null : String(next) };
    },
    async getEventFacets({ query }) {
      const { at, after: _after, since, until, ...search } = query;
      const moment = await momentOf(queries, { at });
      return mutable(await queries.eventFacets(search, spanOf(since, until), moment));
    },
    getEvent: async ({ params }) => toStoredEvent(await find(params.position)),
    async getEventCauses({ params, query }) {
      const [event, moment] = await Promise.all([find(params.position), momentOf(queries, query)]);
      return toCauses(await queries.eventCauses(event, moment));
    },
  };
}

export function toCauses({ focus, nodes, isCapped }: EventCauses): AnswerOf<'getEventCauses'> {
  return {
    focus,
    nodes: nodes.map(({ event, parentId, depth }) => ({ event: toStoredEvent(event), parentId, depth })),
    isCapped,
  };
}

function spanOf(since: string | undefined, until: string | undefined): TimeSpan {
  const span = {
    sinceMs: since === undefined ? undefined : Date.parse(since),
    untilMs: until === undefined ? undefined : Date.parse(until),
  };
  if (span.sinceMs !== undefined && span.untilMs !== undefined && span.untilMs < span.sinceMs)
    throw new ApiError(400, 'read/invalid-moment', '“until” lies before “since”.');
  return span;
}
