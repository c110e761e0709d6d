import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectedAgent, EventLog } from '@ampora/application/ports';
import {
  createOpAmpEdge,
  createPostgresPresence,
  migratePostgresPresence,
  type OpAmpEdge,
} from '@ampora/opamp-edge';
import type { ThroughputStore } from '@ampora/own-metrics';
import type { Settings } from '@ampora/platform';
import type { Database } from './database.ts';
import type { ReadModels } from './read-models.ts';
import type { Telemetry } from './telemetry.ts';

interface EdgeParts {
  readonly database: Database;
  readonly log: EventLog;
  readonly models: ReadModels;
  readonly throughput: ThroughputStore;
}

export interface RunningEdge {
  readonly port: number;
  readonly edge: OpAmpEdge;
  stop(): Promise<void>;
}

const LOOK_AGAIN_MS = 1_000;
const CATCH_UP_MS = 600_000;

/** Lets agents in. */
export async function startEdge(
  { OpAmp }: Settings,
  parts: EdgeParts,
  { logger, metrics, readiness }: Telemetry,
): Promise<RunningEdge> {
  const postgres = parts.database.pool;
  const edgeInstance = `${hostname()}:${randomUUID().slice(0, 8)}`;
  const state = readiness.signal('opamp-edge');
  const edge = createOpAmpEdge({
    log: parts.log,
    logger: logger.child('Ampora.Edge'),
    metrics: metrics.opamp,
    presence: createPostgresPresence({ postgres, edgeInstance }),
    listConnectedAgents: () => connectedBefore(parts),
    throughput: parts.throughput,
    ownMetrics: OpAmp.OwnMetrics === 'off' ? '' : OpAmp.OwnMetrics,
    edgeInstance,
    host: OpAmp.Host,
    port: OpAmp.Port,
    path: OpAmp.Path,
    maxMessageBytes: OpAmp.MaxMessageBytes,
    heartbeatWindowMs: OpAmp.HeartbeatWindowSeconds * 1000,
    maxConnections: OpAmp.MaxConnections,
    maxConnectionsPerAddress: OpAmp.MaxConnectionsPerAddress,
    maxAgentsPerConnection: OpAmp.MaxAgentsPerConnection,
  });
  const { port } = await edge.start();
  state.ready(`listening on ${OpAmp.Host}:${port}`);
  return {
    port,
    edge,
    async stop() {
      state.notReady('stopping');
      await edge.stop();
    },
  };
}

/** Who was connected when this process began: asked once the read models have come as far as the log had then. */
async function connectedBefore({ log, models: { queries } }: EdgeParts): Promise<readonly ConnectedAgent[]> {
  const head = await log.head();
  while ((await queries.notReady()).length > 0) await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
  await queries.waitFor(head, CATCH_UP_MS);
  return queries.listConnectedAgents();
}

/** Before the read models' own migration: it would make the same table, but one that is logged. */
export async function migratePresence({ pool }: Database): Promise<void> {
  await migratePostgresPresence(pool);
}
