import type { EventText, ReadAllTextOptions, TextPage } from '@ampora/application/ports';
import { type Position, type RecordedEvent, START } from '@ampora/kernel';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { eventLogUnavailable } from './postgres-errors.ts';
import { EVENT_COLUMNS } from './read-queries.ts';

/** Positions that one page looks at: few, so that what is made of a page dies young; more where a filter leaves most out. */
const WINDOW = 1_000n;
const FILTERED_WINDOW = 20_000n;
/** Event bytes in one page, at most (and one event more). */
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * Reads the log as text by COPY: half the processor time of rows through the driver. Every page is a statement of its own:
 * a reader that pauses holds neither a connection nor a snapshot.
 */
export class TextReader {
  readonly #pool: pg.Pool;
  readonly #schema: string;

  constructor(pool: pg.Pool, schema: string) {
    this.#pool = pool;
    this.#schema = schema;
  }

  async *readAllText(
    options: ReadAllTextOptions,
    head: () => Promise<Position>,
  ): AsyncGenerator<TextPage, void, undefined> {
    const { from = START, signal } = options;
    const until = options.until ?? (await head());
    const request = (position: Position): Promise<TextPage> => {
      const page = this.#readPage(position, until, options);
      // A reader that turns away leaves this promise to nobody.
      page.catch(() => undefined);
      return page;
    };
    let next = from < until ? request(from) : undefined;
    while (next) {
      signal?.throwIfAborted();
      const page: TextPage = await next;
      next = page.position < until ? request(page.position) : undefined;
      signal?.throwIfAborted();
      yield page;
    }
  }

  async #readPage(from: Position, until: Position, { filter }: ReadAllTextOptions): Promise<TextPage> {
    const windowEnd = from + (filter ? FILTERED_WINDOW : WINDOW);
    const end = windowEnd < until ? windowEnd : until;
    const conditions = [`e.position > ${from}`, `e.position <= ${end}`];
    if (filter?.streamPrefixes) conditions.push(`e.stream_id ^@ any (${textArray(filter.streamPrefixes)})`);
    if (filter?.types) conditions.push(`e.type = any (${textArray(filter.types)})`);
    const rows = await this.#copy(`
      select ${EVENT_COLUMNS}, e.size_bytes from (
        select e.*, sum(e.size_bytes) over (order by e.position rows unbounded preceding) - e.size_bytes as bytes_before
          from ${this.#schema}.events e where ${conditions.join(' and ')} order by e.position
      ) e where e.bytes_before < ${PAGE_BYTES}`);
    const { events, bytes } = toEventTexts(rows);
    // Cut short by its bytes: what follows the last event has not been looked at.
    const last = events.at(-1)?.position;
    return { events, position: last !== undefined && bytes >= PAGE_BYTES ? last : end };
  }

  /** COPY takes no parameters: what goes into the query is numbers and escaped literals. */
  async #copy(query: string): Promise<string> {
    let client: pg.PoolClient | undefined;
    let failure: Error | undefined;
    try {
      client = await this.#pool.connect();
      const chunks: Buffer[] = [];
      for await (const chunk of client.query(copyTo(`copy (${query}) to stdout`)))
        chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw eventLogUnavailable(error, 'Reading the event log failed');
    } finally {
      client?.release(failure);
    }
  }
}

function textArray(values: readonly string[]): string {
  return `array[${values.map((value) => pg.escapeLiteral(value)).join(', ')}]::text[]`;
}

function toEventTexts(rows: string): { readonly events: EventText[]; readonly bytes: number } {
  const events: EventText[] = [];
  let bytes = 0;
  for (let start = 0; start < rows.length;) {
    const end = rows.indexOf('\n', start);
    const cells = rows.slice(start, end).split('\t');
    start = end + 1;
    events.push({
      position: BigInt(cells[0] as string),
      streamId: unescape(cells[1] as string),
      revision: Number(cells[2]),
      id: cells[3] as string,
      type: unescape(cells[4] as string),
      schemaVersion: Number(cells[5]),
      recordedAtMs: Number(cells[6]),
      dataText: unescape(cells[7] as string),
      metadata: JSON.parse(unescape(cells[8] as string)) as RecordedEvent['metadata'],
    });
    bytes += Number(cells[9]);
  }
  return { events, bytes };
}

const escapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** COPY's text format writes a backslash before itself and as the name of control characters. */
function unescape(cell: string): string {
  if (!cell.includes('\\')) return cell;
  return cell.replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);
}
