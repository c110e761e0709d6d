import type { GroupEvent } from '@ampora/catalogue';
import { assertNever, type Decider, Rejection } from '@ampora/kernel';
import type { AssignableVersion } from '../assignment/assignment.ts';
import { editGroup, type EditGroup, groupAimOf } from './edit-group.ts';
import { knownGroup, livingGroup, requireRevision } from './group-of.ts';
import type { GroupRejectionCode } from './rejections.ts';
import { type GroupDetails, type GroupState, type KnownGroup, missingGroup } from './state.ts';

export type CreateGroup = GroupDetails & {
  readonly type: 'create-group';
  readonly groupId: string;
  readonly mode: 'static' | 'dynamic';
  readonly selector: string | null;
};

export type GroupCommand =
  | CreateGroup
  | EditGroup
  | { readonly type: 'assign-group'; readonly groupId: string; readonly assigned: AssignableVersion }
  | { readonly type: 'unassign-group'; readonly groupId: string }
  /** `revision`: what whoever asks has seen; absent when it does not matter. */
  | { readonly type: 'delete-group'; readonly groupId: string; readonly revision?: number | undefined }
  | { readonly type: 'restore-group'; readonly groupId: string; readonly name?: string | undefined };

export const groupDecider: Decider<GroupState, GroupCommand, GroupEvent> = {
  initial: missingGroup,
  decide(command, state) {
    const { groupId } = command;
    switch (command.type) {
      case 'create-group':
        return createGroup(command, state);
      case 'edit-group':
        return editGroup(command, livingGroup(state, groupId));
      case 'assign-group':
        return assignGroup(command.assigned, livingGroup(state, groupId));
      case 'unassign-group':
        return unassignGroup(knownGroup(state, groupId));
      case 'delete-group': {
        const group = knownGroup(state, groupId);
        if (group.status === 'deleted') return [];
        requireRevision(group, command.revision);
        return [{ type: 'GroupDeleted', data: { groupId } }];
      }
      case 'restore-group': {
        const group = knownGroup(state, groupId);
        if (group.status === 'living') return [];
        return [{ type: 'GroupRestored', data: { groupId, name: command.name ?? group.name } }];
      }
      default:
        return assertNever(command);
    }
  },
  evolve: evolveGroup,
};

function createGroup(command: CreateGroup, state: GroupState): GroupEvent[] {
  const { groupId, name, description, priority, autoApply } = command;
  if (state.status !== 'missing')
    throw new Rejection<GroupRejectionCode>('group/already-exists', 'This group exists already.', {
      groupId,
    });
  const { mode, selector } = groupAimOf(command);
  return [
    { type: 'GroupCreated', data: { groupId, name, description, priority, autoApply, mode, selector } },
  ];
}

/** Assigning what is assigned already is no event. */
function assignGroup(assigned: AssignableVersion, { groupId, assigned: current }: KnownGroup): GroupEvent[] {
  if (current?.configurationId === assigned.configurationId && current.version === assigned.version)
    return [];
  return [{ type: 'GroupConfigurationAssigned', data: { groupId, ...assigned } }];
}

function unassignGroup({ groupId, assigned }: KnownGroup): GroupEvent[] {
  if (!assigned) throw new Rejection('assignment/not-assigned', 'This group has no assignment.', { groupId });
  return [{ type: 'GroupConfigurationUnassigned', data: { groupId } }];
}

function evolveGroup(state: GroupState, event: GroupEvent): GroupState {
  if (event.type === 'GroupCreated') {
    const { mode, selector, ...data } = event.data;
    return { status: 'living', ...data, ...aimOf(mode, selector), assigned: null, revision: 1 };
  }
  if (state.status === 'missing') return state;
  const revision = state.revision + 1;
  switch (event.type) {
    case 'GroupDetailsChanged':
      return { ...state, ...event.data, revision };
    case 'GroupSelectorChanged':
      return { ...state, ...aimOf(event.data.mode, event.data.selector), revision };
    case 'GroupConfigurationAssigned': {
      const { configurationId, version, contentHash, configHash } = event.data;
      return { ...state, assigned: { configurationId, version, contentHash, configHash } };
    }
    case 'GroupConfigurationUnassigned':
      return { ...state, assigned: null };
    case 'GroupDeleted':
      return { ...state, status: 'deleted', revision };
    case 'GroupRestored':
      return { ...state, status: 'living', name: event.data.name, revision };
    default:
      return assertNever(event);
  }
}

function aimOf(mode: 'static' | 'dynamic', selector: string | null) {
  return mode === 'dynamic'
    ? ({ mode, selector: selector ?? '' } as const)
    : ({ mode, selector: null } as const);
}
