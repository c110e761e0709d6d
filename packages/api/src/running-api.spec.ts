import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Client, createClient } from '@ampora/api-contract';
import { createAuditRetention, ensureTenant, noPeople, stampEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { ThroughputStore } from '@ampora/own-metrics';
import { createMetrics, createReadiness, silentLogger } from '@ampora/platform';
import { createProjector, migrateReadModels, readModels } from '@ampora/projections';
import { createQueries } from '@ampora/projections/queries';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { AuditProofs, AuditSealer, migrateProof, nodeHashing, SigningKeys, TileStore } from '@ampora/worker';
import createKnex from 'knex';
import pg from 'pg';
import { createApi } from './create-api.ts';
import { createHandlers } from './create-handlers.ts';
import { LiveBus } from './live/live-bus.ts';

/** The API on a real log and real read models, over a real socket. */
export interface RunningApi {
  readonly url: string;
  readonly call: Client;
  readonly log: EventLog;
  /** What agents say of themselves. */
  readonly throughput: ThroughputStore;
  /** Stores facts of one stream and answers the last position as text. */
  given(streamId: string, events: readonly AmporaEvent[]): Promise<string>;
  /** Lets the audit log's clock run ahead of the events. */
  elapse(ms: number): void;
  stop(): Promise<void>;
}

export const agentId = '0195d0a0-0000-7000-8000-0000000000aa';

export async function startApi(): Promise<RunningApi> {
  const database = await (await throwAwayPostgres()).createDatabase();
  const { connectionString } = database;
  await migratePostgresEventLog({ connectionString });
  const log = createPostgresEventLog({ connectionString });
  const knex = createKnex({ client: 'pg', connection: connectionString, pool: { min: 0, max: 4 } });
  await migrateReadModels(knex);
  const pool = new pg.Pool({ connectionString, max: 16 });
  pool.on('error', () => undefined);
  const queries = createQueries({ knex, eventLog: log });
  const projector = createProjector({
    pool,
    connectionString,
    eventLog: log,
    projections: readModels,
    logger: silentLogger,
  });
  projector.onProgress(() => queries.nudge());
  projector.start();
  await ensureTenant(log, 'default', 'Default');
  const bus = new LiveBus(log);
  await bus.start();
  const maxBodyBytes = 1024 * 1024;
  const throughput = new ThroughputStore();
  const ahead = { ms: 0 };
  const proofs = await sealedHistory(log, pool, connectionString);
  const app = createApi({
    log,
    source: proofs,
    handlers: createHandlers({
      log,
      queries,
      projections: projector,
      people: noPeople,
      retention: createAuditRetention({
        log,
        policy: { hotDays: 1, archiveDays: 2 },
        sweepIntervalMinutes: 60,
        countAged: (last, bounds) => queries.countAgedRows(last, bounds),
        nowMs: () => Date.now() + ahead.ms,
      }),
      proofs,
      throughput,
      maxBodyBytes,
    }),
    waitFor: (position) => queries.waitFor(position, 10_000),
    sessions: { read: async () => undefined },
    links: { redeem: async () => undefined },
    bus,
    readiness: createReadiness(),
    metrics: createMetrics({ processMetrics: false }),
    logger: silentLogger,
    version: '0.0.0',
    maxBodyBytes,
    localOnly: true,
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    log,
    call: createClient({ baseUrl: url }),
    throughput,
    async given(streamId, events) {
      const metadata = {
        tenant: 'default',
        actor: `agent:${agentId}`,
        actorRole: 'Agent' as const,
        correlationId: agentId,
      };
      const [result] = await log.append([
        { streamId, expectedRevision: 'any', events: stampEvents(events, metadata) },
      ]);
      if (result?.outcome !== 'appended') throw new Error(`not stored: ${JSON.stringify(result)}`);
      return String(result.position);
    },
    elapse(ms) {
      ahead.ms += ms;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await bus.stop();
      await projector.close();
      await log.close();
      await knex.destroy();
      await pool.end();
      await database.drop();
    },
  };
}

/** Sealed on request only, so that nothing but what a spec stores is in the log. */
async function sealedHistory(log: EventLog, pool: pg.Pool, connectionString: string): Promise<AuditProofs> {
  await migrateProof(pool);
  const store = new TileStore(pool);
  const privateKeys = new Map<string, Uint8Array>();
  const vault = {
    put: async (_tenant: string, keyId: string, key: Uint8Array) => void privateKeys.set(keyId, key),
    get: async (_tenant: string, keyId: string) => privateKeys.get(keyId),
    remove: async (_tenant: string, keyId: string) => void privateKeys.delete(keyId),
  };
  const parts = {
    log,
    store,
    keys: new SigningKeys({ log, vault, hashing: nodeHashing }),
    hashing: nodeHashing,
  };
  const sealer = new AuditSealer({ ...parts, connectionString, intervalMs: 60_000, logger: silentLogger });
  return new AuditProofs({ ...parts, sealer });
}

/** An agent that has enrolled, connected and said what it can do. */
export function enrolled(capabilities: bigint): AmporaEvent[] {
  const instanceUid = agentId;
  return [
    { type: 'AgentEnrolled', data: { agentId, instanceUid, enrolment: 'open', remoteAddress: '127.0.0.1' } },
    {
      type: 'AgentConnected',
      data: {
        connectionId: '0195d0a0-0000-7000-8000-0000000000cc',
        transport: 'websocket',
        remoteAddress: '127.0.0.1',
        edgeInstance: 'spec',
      },
    },
    { type: 'AgentCapabilitiesReported', data: { capabilities: String(capabilities) } },
    {
      type: 'AgentDescriptionReported',
      data: {
        digest: 'd1',
        identifying: [
          { key: 'service.name', value: 'otelcol' },
          { key: 'service.version', value: '0.149.0' },
        ],
        nonIdentifying: [{ key: 'host.name', value: 'edge-fra-001' }],
      },
    },
  ];
}

export const agentStream = streamOf.agent(agentId);
