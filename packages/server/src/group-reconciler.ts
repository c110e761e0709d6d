import type { EventLog } from '@ampora/application/ports';
import { DEFAULT_TENANT } from '@ampora/domain';
import { type AimedFleet, GroupReconciler } from '@ampora/worker';
import type { Database } from './database.ts';
import type { ReadModels } from './read-models.ts';
import type { Telemetry } from './telemetry.ts';

interface ReconcilerParts {
  readonly database: Database;
  readonly log: EventLog;
  readonly models: ReadModels;
}

/** How long read models may take to show what was stored, before it is looked at again. */
const VISIBLE_MS = 10_000;

/** What the read models know of agents and groups, as the reconciler asks for it. */
export function aimedFleetOf(queries: ReadModels['queries']): AimedFleet {
  return {
    waitFor: async (position) =>
      (await queries.notReady()).length === 0 && (await queries.waitFor(position, VISIBLE_MS)),
    groups: async () => (await queries.listAimedGroups()).filter(({ isDeleted }) => !isDeleted),
    page: (after, limit) => queries.listAimedAgents({ limit }, { order: 'id', after }),
    agents: (agentIds) => queries.listAimedAgents({ agentIds, limit: agentIds.length }, { order: 'id' }),
  };
}

/** Keeps agents in the groups that they belong to, in whichever process leads. */
export function startGroupReconciler(
  { database, log, models: { queries } }: ReconcilerParts,
  { logger, metrics: { groups } }: Telemetry,
): Pick<GroupReconciler, 'close'> {
  const tenant = DEFAULT_TENANT;
  const reconciler = new GroupReconciler({
    log,
    fleet: aimedFleetOf(queries),
    tenant,
    connectionString: database.connectionString,
    logger: logger.child('Ampora.Groups'),
    observer: {
      lapped: (seconds) => {
        groups.reconcileDuration.observe({ tenant }, seconds);
      },
      moved: (joined, left) => {
        groups.moves.inc({ tenant, change: 'joined' }, joined);
        groups.moves.inc({ tenant, change: 'left' }, left);
      },
      failed: () => {
        groups.reconcileFailures.inc({ tenant });
      },
    },
  });
  reconciler.start();
  return reconciler;
}
