import { Rejection } from '@ampora/kernel';

export type GroupRejectionCode =
  | 'group/already-exists'
  | 'group/not-found'
  | 'group/deleted'
  | 'group/is-dynamic'
  | 'group/selector-mismatch'
  | 'group/stale-revision';

export type GroupRejection = Rejection<GroupRejectionCode>;

export const groupNotFound = (groupId: string) =>
  new Rejection<GroupRejectionCode>('group/not-found', 'There is no such group.', { groupId });

export const groupIsDeleted = (groupId: string, name: string) =>
  new Rejection<GroupRejectionCode>(
    'group/deleted',
    `Group “${name}” is deleted. Restore it first, or take another.`,
    { groupId, name },
  );

export const groupIsDynamic = (groupId: string, name: string) =>
  new Rejection<GroupRejectionCode>(
    'group/is-dynamic',
    `Group “${name}” takes in whom its selector matches. Change the agent's labels or the selector, or make the group static.`,
    { groupId, name },
  );

export const staleGroupRevision = (groupId: string, yours: number, current: number) =>
  new Rejection<GroupRejectionCode>(
    'group/stale-revision',
    `The group was changed by someone else meanwhile: you saw revision ${yours}, it is ${current} now. Look again, then save.`,
    { groupId, yourRevision: yours, currentRevision: current },
  );

export const selectorMismatch = (message: string) =>
  new Rejection<GroupRejectionCode>('group/selector-mismatch', message);
