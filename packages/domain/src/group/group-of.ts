import { groupIsDeleted, groupNotFound, staleGroupRevision } from './rejections.ts';
import type { GroupState, KnownGroup } from './state.ts';

export function knownGroup(state: GroupState, groupId: string): KnownGroup {
  if (state.status === 'missing') throw groupNotFound(groupId);
  return state;
}

export function livingGroup(state: GroupState, groupId: string): KnownGroup {
  const group = knownGroup(state, groupId);
  if (group.status === 'deleted') throw groupIsDeleted(groupId, group.name);
  return group;
}

export function requireRevision(group: KnownGroup, seen: number | undefined): void {
  if (seen !== undefined && seen !== group.revision)
    throw staleGroupRevision(group.groupId, seen, group.revision);
}
