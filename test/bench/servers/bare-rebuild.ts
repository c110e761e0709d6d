import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { answerParent } from '../processes/answer-parent.ts';

/**
 * Baseline of P4: read every event in order into JavaScript (COPY, JSON parsed), then COPY the rows that a rebuild gave
 * into empty tables of the same shape, indexes last. Nothing is folded: the rows are known beforehand.
 */
const connectionString = process.env.BENCH_DATABASE ?? '';
const pool = new pg.Pool({ connectionString, max: 4 });
const PIECE_BYTES = 256 * 1024;

interface Table {
  readonly name: string;
  readonly rows: Buffer;
  readonly indexes: readonly string[];
}
let tables: readonly Table[] = [];

/** Remembers the rows of the read models as they are now; answers their size in bytes. */
async function learnRows(): Promise<number> {
  const { rows: names } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'read' and tablename <> 'projections' order by 1`,
  );
  tables = await Promise.all(names.map(({ name }) => learnTable(name)));
  return tables.reduce((sum, { rows }) => sum + rows.length, 0);
}

async function learnTable(name: string): Promise<Table> {
  const { rows: indexes } = await pool.query<{ text: string }>(
    `select indexdef as text from pg_indexes where schemaname = 'read' and tablename = $1`,
    [name],
  );
  const client = await pool.connect();
  try {
    const pieces: Buffer[] = [];
    for await (const piece of client.query(copyTo(`copy read.${name} to stdout`)))
      pieces.push(piece as Buffer);
    return {
      name,
      rows: Buffer.concat(pieces),
      indexes: indexes.map(({ text }) => text.replaceAll(' ON read.', ' ON bare.')),
    };
  } finally {
    client.release();
  }
}

/** Milliseconds for the scan and the copies. */
async function scanAndCopy(): Promise<{
  readonly ms: number;
  readonly scanMs: number;
  readonly events: number;
}> {
  await pool.query('drop schema if exists bare cascade');
  await pool.query('create schema bare');
  for (const { name } of tables)
    await pool.query(`create table bare.${name} (like read.${name} including defaults)`);
  const startedMs = performance.now();
  const events = await scan();
  const scanMs = performance.now() - startedMs;
  await Promise.all(tables.map(copyIn));
  return { ms: performance.now() - startedMs, scanMs, events };
}

async function scan(): Promise<number> {
  const client = await pool.connect();
  let events = 0;
  let rest = '';
  try {
    const copy = client.query(
      copyTo(
        'copy (select position, stream_id, revision, type, recorded_at_ms, data from log.events order by position) to stdout',
      ),
    );
    copy.setEncoding('utf8');
    for await (const piece of copy) {
      const lines = (rest + (piece as string)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const data = line.slice(line.lastIndexOf('\t') + 1);
        JSON.parse(data.includes('\\') ? data.replaceAll('\\\\', '\\') : data);
        events++;
      }
    }
    return events;
  } finally {
    client.release();
  }
}

async function copyIn({ name, rows, indexes }: Table): Promise<void> {
  const client = await pool.connect();
  try {
    await pipeline(Readable.from(piecesOf(rows)), client.query(copyFrom(`copy bare.${name} from stdin`)));
    for (const index of indexes) await client.query(index);
  } finally {
    client.release();
  }
}

function* piecesOf(rows: Buffer): Iterable<Buffer> {
  for (let at = 0; at < rows.length; at += PIECE_BYTES) yield rows.subarray(at, at + PIECE_BYTES);
}

const requests = { learnRows, scanAndCopy };
export type BareRebuildRequests = typeof requests;

answerParent(requests);
