import { randomUUID } from 'node:crypto';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { openExport, type ExportRequest } from '@ampora/event-export';
import { createLogger, parseSettings } from '@ampora/platform';
import { throwAwayPostgres, type ThrowAwayDatabase } from '@ampora/testkit/postgres';
import {
  AuditSealer,
  lastSealedRoot,
  migrateProof,
  nodeHashing,
  ProvenLog,
  SigningKeys,
  TileStore,
} from '@ampora/worker';
import { expect } from 'chai';
import pg from 'pg';
import { exportsInThreads } from './open-export-in-thread.ts';

const tenant = 'default';
const metadata = { tenant, actor: 'spec', actorRole: 'System', correlationId: randomUUID() } as const;
const EVENTS = 5_000;

describe('an export on a thread of its own', () => {
  const settings = parseSettings({ env: {} });
  let database: ThrowAwayDatabase;
  let log: ReturnType<typeof createPostgresEventLog>;
  let pool: pg.Pool;
  let request: ExportRequest;

  before(async () => {
    database = await (await throwAwayPostgres()).createDatabase();
    const { connectionString } = database;
    await migratePostgresEventLog(database);
    log = createPostgresEventLog(database);
    pool = new pg.Pool({ connectionString, max: 2 });
    pool.on('error', () => undefined);
    await migrateProof(pool);
    for (let done = 0; done < EVENTS; done += 1_000)
      await log.append([
        {
          streamId: `agent-${randomUUID()}`,
          expectedRevision: 'no-stream',
          events: Array.from({ length: 1_000 }, (_, index) => ({
            id: randomUUID(),
            type: 'AgentConnected',
            schemaVersion: 1,
            data: { number: done + index, text: 'ä'.repeat(200) },
            metadata,
          })),
        },
      ]);
    const held = new Map<string, Uint8Array>();
    const vault = {
      put: async (_tenant: string, keyId: string, key: Uint8Array) => void held.set(keyId, key),
      get: async (_tenant: string, keyId: string) => held.get(keyId),
      remove: async (_tenant: string, keyId: string) => void held.delete(keyId),
    };
    const parts = { log, store: new TileStore(pool), hashing: nodeHashing };
    const keys = new SigningKeys({ log, vault, hashing: nodeHashing });
    const logger = createLogger({ levels: { Default: 'Error' } });
    const sealer = new AuditSealer({ ...parts, keys, connectionString, intervalMs: 60_000, logger });
    await sealer.sealNow(metadata);
    await sealer.close();
    const root = await lastSealedRoot(log, tenant);
    if (!root) throw new Error('nothing was sealed');
    request = {
      log,
      hashing: nodeHashing,
      proven: new ProvenLog(tenant, { ...parts, keys }),
      tenant,
      filter: {},
      format: 'jsonl',
      withProofs: true,
      root: root.data,
      createdAt: '2026-01-01T00:00:00.000Z',
    };
  });
  after(async () => {
    await log?.close();
    await pool?.end();
    await database?.drop();
  });

  const inThread = (asked: ExportRequest) => exportsInThreads(settings, database.connectionString)(asked);

  async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    return Buffer.concat(parts);
  }

  for (const format of ['jsonl', 'csv', 'proofs'] as const)
    it(`is the file that it would be here, byte for byte: ${format}`, async () => {
      const asked = { ...request, format };
      const here = await whole(openExport(asked));
      const there = await whole(inThread(asked));
      expect(there.equals(here)).to.equal(true);
      expect(here.byteLength).to.be.greaterThan(format === 'proofs' ? 1_000 : EVENTS * 500);
    });

  it('ends with its reader', async () => {
    const gone = new AbortController();
    const chunks = inThread({ ...request, signal: gone.signal });
    await chunks.next();
    gone.abort(new Error('The reader went away'));
    let failure: unknown;
    try {
      await whole(chunks);
    } catch (error) {
      failure = error;
    }
    expect(String(failure)).to.contain('The reader went away');
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity where application_name = 'ampora export'`,
    );
    expect(rows[0]?.count).to.equal(0);
  });

  it('says what it could not read before its first byte', async () => {
    const chunks = exportsInThreads(settings, 'postgres://nobody:nothing@127.0.0.1:1/none')(request);
    let failure: unknown;
    try {
      await chunks.next();
    } catch (error) {
      failure = error;
    }
    expect(String(failure)).to.match(/event log .*cannot be used/);
  });
});
