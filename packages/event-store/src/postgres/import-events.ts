import { type Position, type RecordedEvent, START } from '@ampora/kernel';
import pg from 'pg';
import { bytesArray, int4Array, int8Array, uuidBytes } from './binary-parameters.ts';
import { type PostgresEventLogLocation, schemaIdentifier } from './migrate-postgres-event-log.ts';
import { eventLogUnavailable } from './postgres-errors.ts';

/** What was to be imported is not a log's, or the log that should take it is not empty. Nothing was stored. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}

export interface Imported {
  readonly events: number;
  /** Of the last event; START when there was none. */
  readonly position: Position;
}

const BATCH_EVENTS = 2_000;
const BATCH_BYTES = 8 * 1024 * 1024;

/**
 * Fills an EMPTY log with events of another one and keeps what `append` gives out anew: ids, positions, revisions, times
 * and metadata. For copies that are looked at (a replay, a restore), never for a log in which something was stored:
 * that is refused. Positions must rise and times must not fall; positions that are missing stay missing, so a slice has
 * gaps where the original had events of others. All or nothing: one transaction, under the lock of the log's writers.
 *
 * Rejects with ImportRefused, EventLogUnavailable or EventLogMisconfigured.
 */
export async function importEvents(
  location: PostgresEventLogLocation,
  events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
): Promise<Imported> {
  const schema = schemaIdentifier(location.schema);
  const client = new pg.Client({
    connectionString: location.connectionString,
    application_name: 'ampora import',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin');
    await client.query(`lock table ${schema}.events in exclusive mode`);
    const { rows } = await client.query(`select 1 from ${schema}.events limit 1`);
    if (rows.length > 0)
      throw new ImportRefused(
        'Events can be imported only into an empty log, and this one has events. Give it a database of its own.',
      );
    const imported = await store(client, schema, events);
    await client.query('commit');
    await client.query(`analyze ${schema}.events`);
    return imported;
  } catch (error) {
    if (error instanceof ImportRefused) throw error;
    throw eventLogUnavailable(error, 'Importing events failed');
  } finally {
    // What was not committed is undone by the end of the connection.
    await client.end().catch(() => undefined);
  }
}

async function store(
  client: pg.Client,
  schema: string,
  events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
): Promise<Imported> {
  let batch: Prepared[] = [];
  let bytes = 0;
  let count = 0;
  let last: RecordedEvent | undefined;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await insert(client, schema, batch);
    batch = [];
    bytes = 0;
  };
  for await (const event of events) {
    checkOrder(event, last);
    last = event;
    const prepared = prepare(event);
    batch.push(prepared);
    bytes += prepared.data.length + prepared.metadata.length;
    count++;
    if (batch.length >= BATCH_EVENTS || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  return { events: count, position: last?.position ?? START };
}

function checkOrder(event: RecordedEvent, before: RecordedEvent | undefined): void {
  if (event.position <= (before?.position ?? START))
    throw new ImportRefused(
      `The event at position ${event.position} comes after the one at ${before?.position ?? START}: positions must rise from 1.`,
    );
  if (before && event.recordedAtMs < before.recordedAtMs)
    throw new ImportRefused(
      `The event at position ${event.position} is older than the one before it (${before.position}): times must not fall.`,
    );
}

interface Prepared {
  readonly event: RecordedEvent;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

function prepare(event: RecordedEvent): Prepared {
  return {
    event,
    data: Buffer.from(JSON.stringify(event.data)),
    metadata: Buffer.from(JSON.stringify(event.metadata)),
  };
}

async function insert(client: pg.Client, schema: string, batch: readonly Prepared[]): Promise<void> {
  const events = batch.map(({ event }) => event);
  await client.query({
    name: 'import',
    text: `insert into ${schema}.events (position, stream_id, revision, event_id, type, schema_version, recorded_at_ms,
        size_bytes, unchecked, data, metadata)
      select position, stream_id, revision, id, type, schema_version, at_ms, size, false, data, metadata
        from unnest($1::bigint[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::int[], $7::bigint[], $8::int[],
          $9::json[], $10::json[]) e(position, stream_id, revision, id, type, schema_version, at_ms, size, data, metadata)`,
    values: [
      int8Array(events.map(({ position }) => Number(position))),
      bytesArray(
        'text',
        events.map(({ streamId }) => Buffer.from(streamId)),
      ),
      int8Array(events.map(({ revision }) => revision)),
      bytesArray(
        'uuid',
        events.map(({ id }) => uuidBytes(id)),
      ),
      bytesArray(
        'text',
        events.map(({ type }) => Buffer.from(type)),
      ),
      int4Array(events.map(({ schemaVersion }) => schemaVersion)),
      int8Array(events.map(({ recordedAtMs }) => recordedAtMs)),
      int4Array(batch.map(({ data, metadata }) => data.length + metadata.length)),
      bytesArray(
        'json',
        batch.map(({ data }) => data),
      ),
      bytesArray(
        'json',
        batch.map(({ metadata }) => metadata),
      ),
    ],
  });
}
