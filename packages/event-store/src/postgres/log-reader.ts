import type { EventFilter, ReadAllOptions, ReadStreamOptions } from '@ampora/application/ports';
import { END_OF_TIME, type Position, type RecordedEvent, START } from '@ampora/kernel';
import type pg from 'pg';
import { bytesArray } from './binary-parameters.ts';
import { rawText } from './connections.ts';
import { eventLogUnavailable } from './postgres-errors.ts';
import { type Direction, EVENT_COLUMNS, type RawRow, toRecordedEvent, windowQuery } from './read-queries.ts';

/** Positions a filtered query looks at, at most: some ten milliseconds of index and heap. */
const FILTERED_WINDOW = 20_000;
/** Event bytes in one page, at most (and one event more). */
const PAGE_BYTES = 8 * 1024 * 1024;

export interface Page {
  readonly events: readonly RecordedEvent[];
  /** Forwards: everything up to here was seen. Backwards: everything from here on. Where the next page starts. */
  readonly position: Position;
  /** The log's last position when the page was read. */
  readonly head: Position;
}

export interface PageRequest {
  readonly direction: Direction;
  /** Exclusive. */
  readonly from: Position;
  readonly filter?: EventFilter | undefined;
  readonly limit: number;
  /** Forwards: nothing after it. Default: the head. */
  readonly until?: Position;
}

/** Reads the log from PostgreSQL. Every method rejects with EventLogUnavailable when the database does not answer. */
export class LogReader {
  readonly #pool: pg.Pool;
  readonly #schema: string;

  constructor(pool: pg.Pool, schema: string) {
    this.#pool = pool;
    this.#schema = schema;
  }

  async #rows(name: string, text: string, values: readonly unknown[]): Promise<RawRow[]> {
    const config = { name, text, values: [...values], rowMode: 'array', types: rawText };
    try {
      return (await this.#pool.query<(string | null)[]>(config as pg.QueryArrayConfig)).rows;
    } catch (error) {
      throw eventLogUnavailable(error, 'Reading the event log failed');
    }
  }

  async head(): Promise<Position> {
    const rows = await this.#rows(
      'head',
      `select coalesce(max(position), 0) from ${this.#schema}.events`,
      [],
    );
    return BigInt(rows[0]?.[0] ?? '0');
  }

  async readAt(position: Position): Promise<RecordedEvent | undefined> {
    if (position <= START || position > END_OF_TIME) return undefined;
    const text = `select ${EVENT_COLUMNS} from ${this.#schema}.events e where e.position = $1`;
    const [row] = await this.#rows('at', text, [position.toString()]);
    return row && toRecordedEvent(row);
  }

  async readStream(streamId: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    const forwards = options.direction !== 'backwards';
    const text = `select ${EVENT_COLUMNS} from ${this.#schema}.events e
       where e.stream_id = $1 and e.revision ${forwards ? '>=' : '<='} $2
       order by e.revision ${forwards ? '' : 'desc'} limit $3`;
    const from = options.fromRevision ?? (forwards ? 0 : END_OF_TIME.toString());
    const name = forwards ? 'stream' : 'stream-backwards';
    const rows = await this.#rows(name, text, [streamId, from, options.maxCount ?? null]);
    return rows.map((row) => toRecordedEvent(row));
  }

  async readStreams(streamIds: readonly string[]): Promise<readonly (readonly RecordedEvent[])[]> {
    if (streamIds.length === 0) return [];
    const found = new Map<string, RecordedEvent[]>(streamIds.map((streamId) => [streamId, []]));
    const text = `select ${EVENT_COLUMNS} from unnest($1::text[]) asked(stream_id)
       join lateral (select * from ${this.#schema}.events e where e.stream_id = asked.stream_id order by e.revision) e on true`;
    const asked = bytesArray(
      'text',
      [...found.keys()].map((streamId) => Buffer.from(streamId)),
    );
    for (const row of await this.#rows('streams', text, [asked])) {
      const event = toRecordedEvent(row);
      found.get(event.streamId)?.push(event);
    }
    return streamIds.map((streamId) => found.get(streamId) ?? []);
  }

  async readPage({ direction, from, filter, limit, until }: PageRequest): Promise<Page> {
    const query = windowQuery(this.#schema, direction, filter);
    const width = filter ? Math.max(limit, FILTERED_WINDOW) : limit;
    const end = until ?? (direction === 'forwards' ? END_OF_TIME : START);
    const start = from < END_OF_TIME - BigInt(width) ? from : END_OF_TIME - BigInt(width);
    const values = [start.toString(), width, limit, PAGE_BYTES, end.toString(), ...query.values];
    const rows = await this.#rows(query.name, query.text, values);
    const head = BigInt(rows[0]?.[0] ?? '0');
    const events: RecordedEvent[] = [];
    let bytes = 0;
    for (const row of rows) {
      if (row[1] === null) continue;
      events.push(toRecordedEvent(row, 1));
      bytes += Number(row[10]);
    }
    const last = events.at(-1)?.position;
    if (last !== undefined && (events.length >= limit || bytes >= PAGE_BYTES))
      return { events, position: last, head };
    if (direction === 'backwards') {
      const seen = start - BigInt(width);
      return { events, position: seen > START ? seen : START, head };
    }
    const seen = [from + BigInt(width), head, end].reduce((least, each) => (each < least ? each : least));
    return { events, position: seen > from ? seen : from, head };
  }

  /** Pages of the whole log; the next page is on its way while the caller works on this one. */
  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const direction = options.direction ?? 'forwards';
    const { filter, signal } = options;
    const pageSize = Math.max(1, options.pageSize ?? 2_000);
    let left = options.maxCount ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    const head = await this.head();
    let from = options.from ?? (direction === 'forwards' ? START : head + 1n);
    if (direction === 'backwards' && from > head) from = head + 1n;
    const until = direction === 'forwards' ? head : START;
    const ended = (position: Position): boolean =>
      direction === 'forwards' ? position >= until : position <= until;
    const request = (position: Position): Promise<Page> => {
      const page = this.readPage({
        direction,
        from: position,
        filter,
        limit: Math.min(pageSize, left),
        until,
      });
      // A reader that turns away leaves this promise to nobody.
      page.catch(() => undefined);
      return page;
    };
    if (ended(from)) return;
    let next: Promise<Page> | undefined = request(from);
    while (next) {
      signal?.throwIfAborted();
      const page: Page = await next;
      left -= page.events.length;
      next = left > 0 && !ended(page.position) ? request(page.position) : undefined;
      signal?.throwIfAborted();
      if (page.events.length > 0) yield page.events;
    }
  }
}
