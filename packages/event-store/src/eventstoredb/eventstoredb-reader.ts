import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  type ReadPosition,
  type ResolvedEvent,
  START as FROM_START,
} from '@eventstore/db-client';
import type { ReadAllOptions, ReadStreamOptions } from '@ampora/application/ports';
import { type Position, type RecordedEvent, START } from '@ampora/kernel';
import { positionOf, toRecordedEvent } from './event-mapping.ts';
import { matchesFilter } from './event-filter.ts';
import { classifyEventStoreError, eventStoreUnavailable } from './eventstoredb-errors.ts';

/** Streams read at once: the store has no call for several. */
const STREAMS_AT_ONCE = 64;

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
   * Positions that came by are reported, so that a repeated append can be told from a new one.
   */
  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const { filter, signal, from } = options;
    const forwards = options.direction !== 'backwards';
    const pageSize = Math.max(1, options.pageSize ?? 1_000);
    let left = options.maxCount ?? Number.POSITIVE_INFINITY;
    if (left <= 0 || (!forwards && from !== undefined && from <= START)) return;
    signal?.throwIfAborted();
    let fromPosition: ReadPosition = forwards ? FROM_START : END;
    if (from !== undefined && from > START) fromPosition = { commit: from, prepare: from };
    const read = this.#client.readAll({ direction: forwards ? FORWARDS : BACKWARDS, fromPosition });
    const abort = (): void => void read.destroy(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    let page: RecordedEvent[] = [];
    try {
      for await (const resolved of read) {
        const position = positionOf(resolved as ResolvedEvent);
        if (position !== undefined) this.#seen(position);
        const event = toRecordedEvent(resolved as ResolvedEvent);
        if (!event || !matchesFilter(filter, event)) continue;
        if (from !== undefined && (forwards ? event.position <= from : event.position >= from)) continue;
        page.push(event);
        left--;
        if (page.length < pageSize && left > 0) continue;
        yield page;
        page = [];
        if (left <= 0) return;
        signal?.throwIfAborted();
      }
      if (page.length > 0) yield page;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw eventStoreUnavailable(error, 'Reading the event log failed');
    } finally {
      signal?.removeEventListener('abort', abort);
      await read.cancel().catch(() => undefined);
    }
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
    for await (const [event] of this.readAll({ direction: 'backwards', pageSize: 1, maxCount: 1 })) {
      if (event) return event.position;
    }
    return START;
  }
}
