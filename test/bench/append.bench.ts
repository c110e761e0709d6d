import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import type { EventLog, StreamAppend } from '@ampora/application/ports';
import type { NewEvent } from '@ampora/kernel';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { defineBench } from './harness.ts';

/**
 * P3: events through the port against a raw multi-row insert of the same rows in the same batches, on the same server
 * with default durability. Two shapes: one caller that waits for each batch, and many callers at once.
 * The raw insert goes into a table with the log's columns and its two unique indexes, positions given by the client,
 * nothing checked and nothing locked; it uses as many connections as there are callers, up to eight.
 */
const STREAMS = 2_000;
const streams = Array.from({ length: STREAMS }, () => `agent-${randomUUID()}`);

function event(sequence: number): NewEvent {
  return {
    id: randomUUID(),
    type: 'AgentHealthReported',
    schemaVersion: 1,
    data: {
      agentId: randomUUID(),
      sequence,
      health: {
        healthy: sequence % 2 === 0,
        status: 'StatusRecoverableError',
        lastError: 'exporter otlp/primary: dial tcp 10.1.2.3:4317: connect: "connection refused"',
        components: [
          { name: 'pipeline:traces', healthy: true, status: 'StatusOK' },
          { name: 'extension:health_check', healthy: sequence % 3 === 0, status: 'StatusOK' },
        ],
      },
    },
    metadata: {
      tenant: 'default',
      actor: `agent:${randomUUID()}`,
      actorRole: 'Agent',
      correlationId: randomUUID(),
      causationId: randomUUID(),
    },
  };
}

/** Every stream in turn, `perBatch` of them per batch, one event each, with the exact expected revision. */
function makeBatches(count: number, perBatch: number, revisions: Map<string, number>): StreamAppend[][] {
  let next = 0;
  return Array.from({ length: count }, () =>
    Array.from({ length: perBatch }, () => {
      const streamId = streams[next++ % STREAMS] ?? '';
      const revision = revisions.get(streamId) ?? -1;
      revisions.set(streamId, revision + 1);
      return { streamId, expectedRevision: revision < 0 ? 'no-stream' : revision, events: [event(next)] };
    }),
  );
}

interface Raw {
  readonly pool: pg.Pool;
  position: number;
  readonly revisions: Map<string, number>;
}

const RAW_TABLE = `
  create table raw_events (
    position bigint primary key, stream_id text collate "C" not null, revision bigint not null, event_id uuid not null,
    type text collate "C" not null, schema_version integer not null, recorded_at_ms bigint not null,
    size_bytes integer not null, unchecked boolean not null, data json not null, metadata json not null,
    unique (stream_id, revision))`;

const RAW_INSERT = `
  insert into raw_events
  select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::integer[], $7::bigint[],
                       $8::integer[], $9::boolean[], $10::json[], $11::json[])`;

async function insertRaw(raw: Raw, batch: readonly StreamAppend[]): Promise<void> {
  const columns: unknown[][] = Array.from({ length: 11 }, () => []);
  for (const { streamId, expectedRevision, events } of batch) {
    let revision = typeof expectedRevision === 'number' ? expectedRevision : -1;
    for (const { id, type, schemaVersion, data, metadata } of events) {
      const body = JSON.stringify(data);
      const row = [
        ++raw.position,
        streamId,
        ++revision,
        id,
        type,
        schemaVersion,
        Date.now(),
        body.length,
        false,
      ];
      [...row, body, JSON.stringify(metadata)].forEach((value, column) => columns[column]?.push(value));
    }
  }
  await raw.pool.query({ name: 'raw', text: RAW_INSERT, values: columns });
}

async function timed(
  batches: readonly StreamAppend[][],
  callers: number,
  store: (batch: StreamAppend[]) => Promise<unknown>,
): Promise<number> {
  const queue = [...batches].reverse();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let batch = queue.pop(); batch; batch = queue.pop()) await store(batch);
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  return batches.reduce((sum, batch) => sum + batch.length, 0) / seconds;
}

interface Shape {
  readonly id: string;
  readonly title: string;
  readonly callers: number;
  readonly perBatch: number;
  readonly batches: number;
}

function defineAppendBench({ id, title, callers, perBatch, batches }: Shape): void {
  let database: ThrowAwayDatabase;
  let raw: Raw;
  let log: EventLog;
  const revisions = new Map<string, number>();
  const amount = (quick: boolean): number => (quick ? Math.ceil(batches / 5) : batches);
  defineBench({
    id,
    title,
    rounds: 9,
    unit: 'events/s',
    higherIsBetter: true,
    bound: 0.7,
    aim: 0.9,
    async setUp() {
      database = await (await throwAwayPostgres()).createDatabase();
      await migratePostgresEventLog(database);
      log = createPostgresEventLog(database);
      raw = {
        pool: new pg.Pool({ connectionString: database.connectionString, max: Math.min(8, callers) }),
        position: 0,
        revisions: new Map(),
      };
      await raw.pool.query(RAW_TABLE);
    },
    async tearDown() {
      await raw.pool.end();
      await log.close();
      await database.drop();
    },
    baseline: ({ quick }) =>
      timed(makeBatches(amount(quick), perBatch, raw.revisions), callers, (batch) => insertRaw(raw, batch)),
    product: ({ quick }) =>
      timed(makeBatches(amount(quick), perBatch, revisions), callers, async (batch) => {
        const results = await log.append(batch);
        if (results.some(({ outcome }) => outcome !== 'appended')) throw new Error('An append was refused');
      }),
  });
}

defineAppendBench({
  id: 'append-one-caller',
  title: 'P3 append: 1 caller, 500 streams per batch',
  callers: 1,
  perBatch: 500,
  batches: 60,
});
defineAppendBench({
  id: 'append-many-callers',
  title: 'P3 append: 8 callers, 50 streams per batch',
  callers: 8,
  perBatch: 50,
  batches: 600,
});
defineAppendBench({
  id: 'append-single-events',
  title: 'P3 append: 64 callers, 1 event per batch',
  callers: 64,
  perBatch: 1,
  batches: 12_000,
});
