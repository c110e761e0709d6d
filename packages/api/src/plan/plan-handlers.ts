import { type BulkBody, bulkCaps, type ChangePlan, type PlannedChange } from '@ampora/api-contract';
import { type BulkAction, type BulkCommands, requireSelector } from '@ampora/application';
import type { Queries } from '@ampora/projections/queries';
import { toVersionOrTag, versionText } from '../configuration/version-or-tag.ts';
import { ApiError, notFound } from '../problem/api-error.ts';
import type { Handlers } from '../routing/handlers.ts';
import type { SettledChange } from './aims-of-change.ts';
import { planChange } from './plan-change.ts';
import { previewGroup } from './preview-group.ts';
import type { PlanSource } from './plan-source.ts';
import { refuseTooMany, requireConfirmation, selectAgents } from './select-agents.ts';
import { SAMPLE } from './tally-changes.ts';

/** Computes what a change would do; writes nothing. */
export type Planner = (change: PlannedChange, tenant: string) => Promise<ChangePlan>;

export function createPlanner(queries: Queries, source: PlanSource): Planner {
  return async (change, tenant) => {
    if (change.kind !== 'bulk') return planChange(source, { change: await settled(queries, change), tenant });
    const { bulk } = change;
    if (bulk.action === 'assign') await requirePublished(queries, bulk.configurationId, bulk.version);
    const most = bulkCaps[bulk.action];
    const selected = await selectAgents(queries, bulk, most);
    refuseTooMany(bulk.action, selected.length, most);
    return planChange(source, { change, tenant, selected });
  };
}

async function settled(queries: Queries, change: PlannedChange): Promise<SettledChange> {
  if (change.kind === 'create-group' || change.kind === 'edit-group') {
    if (typeof change.selector === 'string') requireSelector(change.selector);
    return change;
  }
  if (change.kind !== 'assign') return change;
  const version = await requirePublished(queries, change.configurationId, change.version);
  return { ...change, version };
}

/** What cannot be assigned is refused when it is planned, as it would be when it is done. */
async function requirePublished(
  queries: Queries,
  configurationId: string,
  version: number | string,
): Promise<number> {
  const asked = toVersionOrTag(version);
  const found = await queries.getVersion(configurationId, asked, await queries.resolveMoment());
  if (!found) throw notFound('configuration/version-not-found', `There is no ${versionText(version)}.`);
  if (found.status !== 'Published')
    throw new ApiError(
      409,
      'configuration/not-published',
      `Version ${found.version} is not published and cannot be assigned.`,
    );
  return found.version;
}

export interface PlanHandlersOptions {
  readonly queries: Queries;
  readonly source: PlanSource;
  readonly planner: Planner;
  readonly bulk: BulkCommands;
}

export function planHandlers({
  queries,
  source,
  planner,
  bulk,
}: PlanHandlersOptions): Pick<Handlers, 'planChange' | 'previewGroup' | 'bulkAgents'> {
  return {
    planChange: ({ body, caller }) => planner(body.change, caller.tenant),

    previewGroup: ({ body }) => previewGroup(source, body),

    async bulkAgents({ body, command }) {
      const most = bulkCaps[body.action];
      let agentIds = await bulk.performedBefore(command);
      if (!agentIds) {
        agentIds = await selectAgents(queries, body, most);
        refuseTooMany(body.action, agentIds.length, most);
        requireConfirmation(body, agentIds.length);
      }
      const able = body.action === 'assign' ? await thoseThatTakeConfig(queries, agentIds) : agentIds;
      const done = await bulk.perform(toAction(body), able, command);
      const shown = await queries.listAimedAgents(
        { agentIds: done.agentIds.slice(0, SAMPLE), limit: SAMPLE },
        { order: 'name' },
      );
      return {
        position: String(done.position),
        count: done.agentIds.length,
        changed: done.changed,
        refused: done.refused + (agentIds.length - able.length),
        contended: [...done.contended],
        sample: shown.map(({ agentId, displayName }) => ({ agentId, displayName })),
      };
    },
  };
}

/** An agent that can only be watched is not told to run anything, as where it is told alone. */
async function thoseThatTakeConfig(
  queries: Queries,
  agentIds: readonly string[],
): Promise<readonly string[]> {
  const found = await queries.listAimedAgents({ agentIds, limit: agentIds.length }, { order: 'id' });
  const watchOnly = new Set(found.flatMap((agent) => (agent.takesRemoteConfig ? [] : agent.agentId)));
  return agentIds.filter((agentId) => !watchOnly.has(agentId));
}

function toAction(body: BulkBody): BulkAction {
  switch (body.action) {
    case 'move':
      return { action: 'move', groupId: body.groupId };
    case 'label':
      return { action: 'label', set: body.set, remove: body.remove };
    case 'assign':
      return { action: 'assign', configurationId: body.configurationId, version: body.version };
    default:
      return { action: body.action };
  }
}
