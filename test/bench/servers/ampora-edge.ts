import {
  createAssignmentCommands,
  createConfigurationCommands,
  createContentReader,
  ensureTenant,
} from '@ampora/application';
import { checkConfigText } from '@ampora/collector-config';
import { createPostgresEventLog } from '@ampora/event-store';
import { createOpAmpEdge, createPostgresPresence } from '@ampora/opamp-edge';
import { createLogger, createMetrics } from '@ampora/platform';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { answerParent } from '../processes/answer-parent.ts';
import { machineMs } from '../load/load-fleet.ts';

/**
 * The product under measurement: the real edge with its defaults, its metrics and its presence table, on a real
 * PostgreSQL log that the bench has prepared. The read models run elsewhere in production and are not here.
 */
const connectionString = process.env.BENCH_DATABASE ?? '';
const edgeInstance = randomUUID();
const tenant = 'default';
const log = createPostgresEventLog({ connectionString });
const postgres = new pg.Pool({ connectionString, max: 2 });
const content = createContentReader(log);
const edge = createOpAmpEdge({
  log,
  tenant,
  edgeInstance,
  port: 0,
  logger: createLogger({ levels: { Default: 'Warning' } }),
  metrics: createMetrics({ processMetrics: false }).opamp,
  presence: createPostgresPresence({ postgres, edgeInstance }),
});
await ensureTenant(log, tenant, 'Default');
const started = edge.start();

const configurations = createConfigurationCommands({
  log,
  content,
  check: (text) => ({ blocking: !checkConfigText(text).isPublishable, findings: [] }),
  usersOf: () => Promise.resolve({ count: 0, users: [] }),
});
const assignments = createAssignmentCommands({ log });

function asOperator() {
  const commandId = randomUUID();
  return {
    commandId,
    metadata: { tenant, actor: 'user:bench', actorRole: 'Operator' as const, correlationId: commandId },
  };
}

const requests = {
  port: async () => (await started).port,
  status: () => edge.status(),
  /** Publishes a text as a configuration of its own; answers what `assignToAll` needs. */
  publish: async (body: string) => {
    const { configurationId } = await configurations.create(
      { name: `bench ${randomUUID()}`, description: '', body },
      asOperator(),
    );
    const version = 1;
    await configurations.publish(
      { configurationId, version, rowVersion: undefined, notes: '' },
      asOperator(),
    );
    return { configurationId, version };
  },
  /** Returns when (machineMs) the operator's command came in. */
  assignToAll: async (assigned: {
    readonly configurationId: string;
    readonly version: number;
  }): Promise<number> => {
    const startedMs = machineMs();
    await assignments.assign({ ...assigned, target: { kind: 'fleet' } }, asOperator());
    return startedMs;
  },
};
export type AmporaEdgeRequests = typeof requests;

answerParent(requests);
