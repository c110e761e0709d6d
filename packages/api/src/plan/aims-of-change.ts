import type { PlannedChange } from '@ampora/api-contract';
import { createSelectors } from '@ampora/application';
import { type Aim, createAim, groupIsDynamic, type Labels, type VersionKey } from '@ampora/domain';
import { notFound } from '../problem/api-error.ts';
import type { AgentScope, PlannedAgent, PlannedGroup } from './plan-source.ts';

/** Stands in for the id of a group that does not exist yet. */
export const NEW_GROUP = '00000000-0000-0000-0000-000000000000';

/** A change with the version that a tag stands for now. */
export type SettledChange =
  | Exclude<PlannedChange, { readonly kind: 'assign' }>
  | (Omit<Extract<PlannedChange, { readonly kind: 'assign' }>, 'version'> & { readonly version: number });

export interface PlannedAims {
  readonly before: Aim<PlannedAgent, PlannedGroup>;
  readonly after: Aim<PlannedAgent, PlannedGroup>;
  readonly change?: (agent: PlannedAgent) => PlannedAgent;
  readonly scope: AgentScope;
  /** The group that comes, changes or goes by it. */
  readonly subject?: { readonly op: '+' | '~' | '-'; readonly group: PlannedGroup };
}

interface Standing {
  readonly groups: readonly PlannedGroup[];
  readonly fleet: VersionKey | null;
  /** Agents that a bulk action means. */
  readonly selected?: readonly string[];
}

/** Groups and assignments as they are and as a change would have them, and whom it can touch at all. */
export function aimsOf(change: SettledChange, { groups, fleet, selected = [] }: Standing): PlannedAims {
  const { verdictOf } = createSelectors();
  const living = groups.filter(({ isDeleted }) => !isDeleted);
  const aim = (those: readonly PlannedGroup[], all = fleet) =>
    createAim<PlannedAgent, PlannedGroup>(those, all, verdictOf);
  const before = aim(living);
  const groupOf = (groupId: string): PlannedGroup => {
    const found = living.find((group) => group.groupId === groupId);
    if (!found) throw notFound('group/not-found', `There is no group ${groupId}.`, { groupId });
    return found;
  };
  /** Only a selector puts agents into a dynamic group. */
  const staticGroupOf = (groupId: string): PlannedGroup => {
    const group = groupOf(groupId);
    if (group.mode === 'dynamic') throw groupIsDynamic(groupId, group.name);
    return group;
  };
  const withGroup = (group: PlannedGroup) =>
    aim([...living.filter(({ groupId }) => groupId !== group.groupId), group]);
  const ofAgents = (
    agentIds: readonly string[],
    change: (agent: PlannedAgent) => PlannedAgent,
  ): PlannedAims => ({
    before,
    after: before,
    change,
    scope: { kind: 'agents', agentIds },
  });
  const ofGroup = (group: PlannedGroup, op: '+' | '~' | '-', scope: AgentScope): PlannedAims => ({
    before,
    after: withGroup(group),
    scope,
    subject: { op, group },
  });

  /** Assigning and taking back are the same but for what is assigned. */
  const assigning = (
    target: Extract<PlannedChange, { readonly kind: 'assign' }>['target'],
    assigned: VersionKey | null,
  ): PlannedAims => {
    if ('agentId' in target) return ofAgents([target.agentId], (agent) => ({ ...agent, own: assigned }));
    if ('groupId' in target) {
      const group = groupOf(target.groupId);
      return ofGroup({ ...group, assigned }, '~', { kind: 'group', groupId: group.groupId });
    }
    return { before, after: aim(living, assigned), scope: { kind: 'all' } };
  };

  switch (change.kind) {
    case 'publish':
      return { before, after: before, scope: { kind: 'none' } };
    case 'assign':
      return assigning(change.target, {
        configurationId: change.configurationId,
        version: change.version,
      });
    case 'unassign':
      return assigning(change.target, null);
    case 'create-group': {
      const { name, mode, selector, priority, autoApply } = change;
      const group: PlannedGroup = {
        groupId: NEW_GROUP,
        name,
        mode,
        selector,
        priority,
        autoApply,
        assigned: null,
        createdAt: 2n ** 62n,
        selectorPosition: 0n,
        isDeleted: false,
      };
      return ofGroup(group, '+', { kind: mode === 'dynamic' ? 'all' : 'none' });
    }
    case 'edit-group': {
      const group = groupOf(change.groupId);
      const { name = group.name, autoApply = group.autoApply, priority = group.priority } = change;
      const mode = change.mode ?? group.mode;
      const selector = mode === 'dynamic' ? (change.selector ?? group.selector) : null;
      const edited = { ...group, name, autoApply, priority, mode, selector };
      const isSameAim = mode === group.mode && selector === group.selector && priority === group.priority;
      return ofGroup(edited, '~', isSameAim ? { kind: 'group', groupId: group.groupId } : { kind: 'all' });
    }
    case 'delete-group': {
      const group = groupOf(change.groupId);
      const after = aim(living.filter(({ groupId }) => groupId !== group.groupId));
      const scope = { kind: 'group', groupId: group.groupId } as const;
      return { before, after, scope, subject: { op: '-', group } };
    }
    case 'restore-group': {
      const found = groups.find(({ groupId }) => groupId === change.groupId);
      if (!found) throw notFound('group/not-found', `There is no group ${change.groupId}.`);
      const group = { ...found, isDeleted: false, name: change.name ?? found.name };
      return ofGroup(group, '+', { kind: group.mode === 'dynamic' ? 'all' : 'none' });
    }
    case 'add-members': {
      const { groupId } = staticGroupOf(change.groupId);
      return ofAgents(change.agentIds, (agent) => ({ ...agent, groupId }));
    }
    case 'remove-members': {
      const { groupId } = groupOf(change.groupId);
      return ofAgents(change.agentIds, (agent) =>
        agent.groupId === groupId ? { ...agent, groupId: null } : agent,
      );
    }
    case 'move': {
      const groupId = change.groupId === null ? null : staticGroupOf(change.groupId).groupId;
      return ofAgents([change.agentId], (agent) => ({ ...agent, groupId }));
    }
    case 'labels':
      return ofAgents([change.agentId], (agent) => withLabels(agent, change.labels));
    case 'bulk':
      return ofAgents(
        selected,
        bulkChange(change.bulk, (groupId) => staticGroupOf(groupId).groupId),
      );
  }
}

type Bulk = Extract<PlannedChange, { readonly kind: 'bulk' }>['bulk'];

function bulkChange(
  bulk: Bulk,
  groupIdOf: (groupId: string) => string,
): (agent: PlannedAgent) => PlannedAgent {
  switch (bulk.action) {
    case 'move': {
      const groupId = bulk.groupId === null ? null : groupIdOf(bulk.groupId);
      return (agent) => ({ ...agent, groupId });
    }
    case 'label': {
      const removed = new Set(bulk.remove);
      return (agent) =>
        withLabels(agent, {
          ...Object.fromEntries(Object.entries(agent.given).filter(([key]) => !removed.has(key))),
          ...bulk.set,
        });
    }
    case 'assign': {
      const { configurationId, version } = bulk;
      return (agent) => ({ ...agent, own: { configurationId, version } });
    }
    case 'unassign':
      return (agent) => ({ ...agent, own: null });
    case 'force-push':
    case 'drain':
      return (agent) => agent;
  }
}

function withLabels(agent: PlannedAgent, given: Labels): PlannedAgent {
  return { ...agent, given, labels: { ...agent.reported, ...given } };
}
