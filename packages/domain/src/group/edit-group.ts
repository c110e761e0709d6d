import type { GroupEvent } from '@ampora/catalogue';
import { requireRevision } from './group-of.ts';
import { selectorMismatch } from './rejections.ts';
import type { GroupAim, GroupDetails, KnownGroup } from './state.ts';

export type GroupChanges = Partial<GroupDetails> & {
  readonly mode?: 'static' | 'dynamic';
  readonly selector?: string | null;
};

export interface EditGroup {
  readonly type: 'edit-group';
  readonly groupId: string;
  /** The revision that the editor saw; absent when it does not matter. */
  readonly revision?: number | undefined;
  readonly changes: GroupChanges;
}

/** What has not changed is no event. */
export function editGroup({ groupId, revision, changes }: EditGroup, group: KnownGroup): GroupEvent[] {
  requireRevision(group, revision);
  const events: GroupEvent[] = [];
  const details = {
    name: changes.name ?? group.name,
    description: changes.description ?? group.description,
    priority: changes.priority ?? group.priority,
    autoApply: changes.autoApply ?? group.autoApply,
  };
  const isOther = Object.entries(details).some(
    ([field, value]) => group[field as keyof GroupDetails] !== value,
  );
  if (isOther) events.push({ type: 'GroupDetailsChanged', data: { groupId, ...details } });
  const aim = newAim(changes, group);
  if (aim.mode !== group.mode || aim.selector !== group.selector)
    events.push({ type: 'GroupSelectorChanged', data: { groupId, ...aim } });
  return events;
}

/** A group that becomes static drops its selector; its members stay. */
function newAim(changes: GroupChanges, group: KnownGroup): GroupAim {
  const mode = changes.mode ?? group.mode;
  const kept = mode === 'static' ? null : group.selector;
  return groupAimOf({ mode, selector: changes.selector === undefined ? kept : changes.selector });
}

export function groupAimOf({
  mode,
  selector,
}: {
  readonly mode: 'static' | 'dynamic';
  readonly selector: string | null;
}): GroupAim {
  if (mode === 'static') {
    if (selector !== null)
      throw selectorMismatch('A static group has no selector: leave it out, or make the group dynamic.');
    return { mode, selector };
  }
  if (selector === null || selector.trim() === '')
    throw selectorMismatch('A dynamic group wants a selector: the expression that says who belongs to it.');
  return { mode, selector };
}
