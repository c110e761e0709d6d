import { streamOf, streamPrefix } from '@ampora/catalogue';
import { END_OF_TIME, type Position, type RecordedEvent } from '@ampora/kernel';
import { type ReadContext, select } from '../reading/read-context.ts';
import { anyAgent, type EventSearch, matchesSearch, type Stretch } from './event-filter.ts';
import {
  agentActorPrefix,
  eventIndexTable,
  frequentTypes,
  isRareSql,
  typeCodeOf,
} from './event-index-row.ts';
import { mergeByPosition, readStreamStretch } from './stream-stretch.ts';

export interface EventsRequest {
  readonly search: EventSearch;
  readonly within: Stretch;
  /** Go on from this event, without it. */
  readonly from?: Position | undefined;
  readonly forwards: boolean;
  readonly limit: number;
}

export interface FoundEvents {
  readonly events: readonly RecordedEvent[];
  /**
   * Where to go on; null at the end. A page may be short, even empty, and still have a next one: what nothing indexes
   * is looked for in bounded steps.
   */
  readonly next: Position | null;
}

/** Events that one request reads from the log at the most, to find those it wants. */
const readAtMost = 5_000;

/** Finds events by whichever way is the shortest for what is asked, and holds each against all of it. */
export async function findEvents(context: ReadContext, request: EventsRequest): Promise<FoundEvents> {
  const { search, limit } = request;
  const found: RecordedEvent[] = [];
  let read = 0;
  for await (const page of sourceOf(context, request)) {
    for (const event of page) {
      read++;
      if (matchesSearch(event, search)) found.push(event);
      if (found.length > limit)
        return { events: found.slice(0, limit), next: found[limit - 1]?.position ?? null };
      if (read >= readAtMost) return { events: found, next: event.position };
    }
  }
  return { events: found, next: null };
}

type Source = AsyncGenerator<readonly RecordedEvent[]>;

function sourceOf(context: ReadContext, request: EventsRequest): Source {
  const { search, forwards, limit } = request;
  const { eventLog } = context;
  const within = remainderOf(request);
  const paging = { forwards, pageSize: Math.min(1_000, limit + 1) };
  const { stream, agentId, actor, id, correlationId, causationId } = search;
  if (id !== undefined || correlationId !== undefined || causationId !== undefined)
    return fromIndex(context, request);
  if (stream !== undefined) return readStreamStretch(eventLog, stream, within, paging);
  const agent = agentId ?? agentOf(actor);
  if (agent !== undefined) {
    const streams = [streamOf.agent(agent), streamOf.assignment(agent)];
    return mergeByPosition(
      streams.map((one) => readStreamStretch(eventLog, one, within, paging)),
      forwards,
    );
  }
  return peopleIn(search) || isRare(search) ? fromIndex(context, request) : fromLog(context, request);
}

/** The stretch without what lies before the place to go on from. */
function remainderOf({ within: { after, upTo }, from, forwards }: EventsRequest): Stretch {
  if (from === undefined) return { after, upTo };
  if (forwards) return { after: from > after ? from : after, upTo };
  return { after, upTo: from <= upTo ? from - 1n : upTo };
}

/** The one agent that is asked for by its name as an actor. */
function agentOf(actor: readonly string[] | undefined): string | undefined {
  const [only, ...others] = actor ?? [];
  if (only === undefined || others.length > 0 || only === anyAgent) return undefined;
  return only.startsWith(agentActorPrefix) ? only.slice(agentActorPrefix.length) : undefined;
}

/** Actors that the index has by name, when no other is asked for. */
function peopleIn({ actor }: EventSearch): readonly string[] | undefined {
  if (!actor || actor.length === 0 || actor.some((one) => one.startsWith(agentActorPrefix))) return undefined;
  return actor;
}

const frequent: ReadonlySet<string> = new Set([...frequentTypes, 'ContentStored']);
const frequentStreams = [streamPrefix.agent, streamPrefix.content];

/** Whatever is wanted is none of what agents say all day long, so that the log would be searched far and wide. */
function isRare({ type = [], streamPrefix: prefixes = [] }: EventSearch): boolean {
  if (type.length > 0) return !type.some((one) => frequent.has(one));
  const mayBeFrequent = (prefix: string) =>
    frequentStreams.some((one) => one.startsWith(prefix) || prefix.startsWith(one));
  return prefixes.length > 0 && !prefixes.some(mayBeFrequent);
}

export interface Condition {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/** What the index can tell of an event without reading it. */
export function indexConditions(tenant: string, search: EventSearch, within: Stretch): Condition {
  const parts: Condition[] = [
    { sql: 'tenant = ?', bindings: [tenant] },
    {
      sql: 'position > ?::bigint and position <= ?::bigint',
      bindings: [String(within.after), String(within.upTo)],
    },
  ];
  const add = (sql: string, ...bindings: unknown[]) => parts.push({ sql, bindings });
  if (search.id !== undefined) add('event_id = ?::uuid', search.id);
  if (search.correlationId !== undefined) add('correlation_id = ?::uuid', search.correlationId);
  if (search.causationId !== undefined) add('causation_id = ?::uuid', search.causationId);
  if (search.type && search.type.length > 0) add('type_code = any(?::int[])', search.type.map(typeCodeOf));
  if (isRare(search)) add(isRareSql);
  const named = (search.actor ?? []).filter((one) => !one.startsWith(agentActorPrefix));
  if (peopleIn(search)) add('actor = any(?::text[])', named);
  else if (search.actor && search.actor.length > 0) add('(actor is null or actor = any(?::text[]))', named);
  return {
    sql: parts.map(({ sql }) => sql).join(' and '),
    bindings: parts.flatMap(({ bindings }) => bindings),
  };
}

async function* fromIndex(context: ReadContext, request: EventsRequest): Source {
  const { search, forwards, limit } = request;
  let { after, upTo } = remainderOf(request);
  const most = Math.min(500, limit + 1);
  while (after < upTo) {
    const { sql, bindings } = indexConditions(context.tenant, search, { after, upTo });
    const rows = await select<{ position: string }>(
      context,
      `select position from read.${eventIndexTable} where ${sql} order by position ${forwards ? '' : 'desc'} limit ?`,
      [...bindings, most],
    );
    const last = rows.at(-1);
    if (!last) return;
    const events = await readMany(
      context,
      rows.map(({ position }) => BigInt(position)),
    );
    if (events.length > 0) yield events;
    if (rows.length < most) return;
    if (forwards) after = BigInt(last.position);
    else upTo = BigInt(last.position) - 1n;
  }
}

const readTogether = 16;

/** The events at these positions, in the order given. */
export async function readMany(
  { eventLog }: Pick<ReadContext, 'eventLog'>,
  positions: readonly Position[],
): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let start = 0; start < positions.length; start += readTogether) {
    const some = positions.slice(start, start + readTogether);
    for (const event of await Promise.all(some.map((position) => eventLog.readAt(position))))
      if (event) events.push(event);
  }
  return events;
}

async function* fromLog({ eventLog }: ReadContext, request: EventsRequest): Source {
  const { search, within, forwards, limit } = request;
  const { type, streamPrefix: prefixes } = search;
  const { after, upTo } = within;
  const filter = {
    ...(type && type.length > 0 ? { types: type } : {}),
    ...(prefixes ? { streamPrefixes: prefixes } : {}),
  };
  let from = request.from;
  if (forwards) from = from !== undefined && from > after ? from : after;
  else if (from === undefined || from > upTo) {
    // Positions are not counted: what stands before the one after `upTo` is the event at it, and what is before that.
    const last = upTo === END_OF_TIME ? undefined : await eventLog.readAt(upTo);
    if (last) yield [last];
    from = upTo === END_OF_TIME ? undefined : upTo;
  }
  const pages = eventLog.readAll({
    direction: forwards ? 'forwards' : 'backwards',
    filter,
    pageSize: limit + 1,
    ...(from === undefined ? {} : { from }),
  });
  for await (const page of pages) {
    const some = page.filter(({ position }) => position > after && position <= upTo);
    if (some.length > 0) yield some;
    if (some.length < page.length) return;
  }
}
