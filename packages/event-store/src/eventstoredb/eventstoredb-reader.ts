import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  type Position as LogPosition,
  type ReadPosition,
  type ResolvedEvent,
  START as FROM_START,
} from '@eventstore/db-client';
import type {
  EventText,
  ReadAllOptions,
  ReadAllTextOptions,
  ReadStreamOptions,
  TextPage,
} from '@ampora/application/ports';
import { type Position, type RecordedEvent, START } from '@ampora/kernel';
import { positionOf, toRecordedEvent } from './event-mapping.ts';
import { matchesFilter } from './event-filter.ts';
import { classifyEventStoreError, eventStoreUnavailable } from './eventstoredb-errors.ts';

/** Streams read at once: the store has no call for several. */
const STREAMS_AT_ONCE = 64;

interface Stretch {
  readonly resolved: readonly ResolvedEvent[];
  /** The log ended here. */
  readonly end: boolean;
}

export class EventStoreDbReader {
  readonly #client: EventStoreDBClient;
  readonly #seen: (position: Position) => void;

  constructor(client: EventStoreDBClient, seen: (position: Position) => void) {
    this.#client = client;
    this.#seen = seen;
  }

  async readStream(streamId: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    const forwards = options.direction !== 'backwards';
    const { fromRevision, maxCount } = options;
    if (maxCount !== undefined && maxCount <= 0) return [];
    const events: RecordedEvent[] = [];
    try {
      const read = this.#client.readStream(streamId, {
        direction: forwards ? FORWARDS : BACKWARDS,
        fromRevision: fromRevision === undefined ? (forwards ? FROM_START : END) : BigInt(fromRevision),
        ...(maxCount === undefined ? {} : { maxCount }),
      });
      for await (const resolved of read) {
        const event = toRecordedEvent(resolved as ResolvedEvent);
        if (event) events.push(event);
      }
    } catch (error) {
      if (classifyEventStoreError(error) === 'not-there') return [];
      throw eventStoreUnavailable(error, `Reading ${streamId} failed`);
    }
    return events;
  }

  async readStreams(streamIds: readonly string[]): Promise<readonly (readonly RecordedEvent[])[]> {
    const distinct = [...new Set(streamIds)];
    const found = new Map<string, readonly RecordedEvent[]>();
    await Promise.all(
      Array.from({ length: Math.min(STREAMS_AT_ONCE, distinct.length) }, async () => {
        for (let streamId = distinct.pop(); streamId !== undefined; streamId = distinct.pop()) {
          found.set(streamId, await this.readStream(streamId));
        }
      }),
    );
    return streamIds.map((streamId) => found.get(streamId) ?? []);
  }

  /**
   * The server's read of the whole log has no filter, and is inclusive where the port is not: both are done here.
   * Bounded reads that end by themselves, the next one under way while the caller works on the last: a read that is
   * broken off would stay open in the client. Positions that came by are reported, so that a repeated append can be
   * told from a new one.
   */
  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const { filter, signal, from } = options;
    const forwards = options.direction !== 'backwards';
    const pageSize = Math.max(1, options.pageSize ?? 1_000);
    let left = options.maxCount ?? Number.POSITIVE_INFINITY;
    if (left <= 0 || (!forwards && from !== undefined && from <= START)) return;
    const wanted = (position: Position): boolean =>
      from === undefined || (forwards ? position > from : position < from);
    let start: ReadPosition = forwards ? FROM_START : END;
    if (from !== undefined && from > START) start = { commit: from, prepare: from };
    signal?.throwIfAborted();
    let next: Promise<Stretch> | undefined = this.#readStretch(start, forwards, pageSize);
    while (next) {
      const stretch: Stretch = await next;
      const { resolved, end } = stretch;
      const at: LogPosition | undefined = resolved.at(-1)?.event?.position;
      next = end || !at || left <= pageSize ? undefined : this.#readStretch(at, forwards, pageSize);
      const page: RecordedEvent[] = [];
      for (const each of resolved) {
        const event = toRecordedEvent(each);
        if (event && wanted(event.position) && matchesFilter(filter, event)) page.push(event);
      }
      if (page.length > left) page.length = left;
      left -= page.length;
      // Nothing was read ahead when the rest might have been in this stretch: go on if it was not.
      if (!next && !end && at && left > 0) next = this.#readStretch(at, forwards, pageSize);
      signal?.throwIfAborted();
      if (page.length > 0) yield page;
      signal?.throwIfAborted();
    }
  }

  /** The client has parsed the data already; written again it is what was stored, for all that Ampora stores. */
  async *readAllText(options: ReadAllTextOptions = {}): AsyncGenerator<TextPage, void, undefined> {
    const { from = START, filter, signal } = options;
    const until = options.until ?? (await this.head());
    if (from >= until) return;
    const reading = { from, ...(filter ? { filter } : {}), ...(signal ? { signal } : {}) };
    for await (const page of this.readAll(reading)) {
      const within = page.filter(({ position }) => position <= until);
      const last = within.at(-1)?.position;
      if (last === undefined || within.length < page.length || last === until) {
        yield { events: within.map(toEventText), position: until };
        return;
      }
      yield { events: within.map(toEventText), position: last };
    }
    yield { events: [], position: until };
  }

  /** A bounded read from a position, without the event there when a read before ended with it. */
  #readStretch(from: ReadPosition, forwards: boolean, pageSize: number): Promise<Stretch> {
    const stretch = this.#collectStretch(from, forwards, pageSize);
    // A reader that turns away leaves this promise to nobody.
    stretch.catch(() => undefined);
    return stretch;
  }

  async #collectStretch(fromPosition: ReadPosition, forwards: boolean, pageSize: number): Promise<Stretch> {
    // The event at the position itself comes again.
    const maxCount = pageSize + 1;
    const at = typeof fromPosition === 'object' ? fromPosition.commit : undefined;
    const resolved: ResolvedEvent[] = [];
    let count = 0;
    try {
      const direction = forwards ? FORWARDS : BACKWARDS;
      for await (const each of this.#client.readAll({ direction, fromPosition, maxCount })) {
        count++;
        const position = positionOf(each as ResolvedEvent);
        if (position === undefined || position === at) continue;
        this.#seen(position);
        resolved.push(each as ResolvedEvent);
      }
    } catch (error) {
      throw eventStoreUnavailable(error, 'Reading the event log failed');
    }
    // One more than a page, where nothing came again: it opens the next stretch.
    const end = count < maxCount;
    if (resolved.length > pageSize) resolved.length = pageSize;
    return { resolved, end };
  }

  async readAt(position: Position): Promise<RecordedEvent | undefined> {
    if (position <= START) return undefined;
    const fromPosition = { commit: position, prepare: position };
    try {
      for await (const resolved of this.#client.readAll({ direction: FORWARDS, fromPosition, maxCount: 1 })) {
        const event = toRecordedEvent(resolved as ResolvedEvent);
        if (event?.position === position) return event;
      }
    } catch (error) {
      // A place in the middle of a record is no position: the server says so in words only.
      if (/position/i.test(String(error)) && classifyEventStoreError(error) !== 'misconfigured')
        return undefined;
      throw eventStoreUnavailable(error, 'Reading the event log failed');
    }
    return undefined;
  }

  async head(): Promise<Position> {
    // A few at once: the server's own events may be the last.
    for await (const events of this.readAll({ direction: 'backwards', pageSize: 32 })) {
      if (events[0]) return events[0].position;
    }
    return START;
  }
}

function toEventText({ data, ...envelope }: RecordedEvent): EventText {
  return { ...envelope, dataText: JSON.stringify(data) };
}
