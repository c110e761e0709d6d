import type { AssignableVersion } from '../assignment/assignment.ts';

/** How it is found who belongs to a group: named one by one, or all that an expression matches. */
export type GroupAim =
  | { readonly mode: 'static'; readonly selector: null }
  | { readonly mode: 'dynamic'; readonly selector: string };

export interface GroupDetails {
  readonly name: string;
  readonly description: string;
  readonly priority: number;
  readonly autoApply: boolean;
}

export type KnownGroup = GroupDetails &
  GroupAim & {
    readonly status: 'living' | 'deleted';
    readonly groupId: string;
    readonly assigned: AssignableVersion | null;
    /** Edits so far, for whoever edits what they saw; a new group has 1. Assignments do not count. */
    readonly revision: number;
  };

export type GroupState = { readonly status: 'missing' } | KnownGroup;

export const missingGroup: GroupState = { status: 'missing' };
