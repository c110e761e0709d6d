import type { GroupEvent } from '@ampora/catalogue';
import { type Position } from '@ampora/kernel';
import type { AssignableVersion } from '../assignment/assignment.ts';

/** A group as far as what its members run goes. */
export interface GroupStanding {
  /** Position of the event that created or restored it; null while it is deleted, or was never there. */
  readonly livingSince: Position | null;
  readonly autoApply: boolean;
  readonly assigned: AssignableVersion | null;
}

export const noStanding: GroupStanding = { livingSince: null, autoApply: true, assigned: null };

export function evolveStanding(
  standing: GroupStanding,
  event: GroupEvent,
  position: Position,
): GroupStanding {
  switch (event.type) {
    case 'GroupCreated':
      return { livingSince: position, autoApply: event.data.autoApply, assigned: null };
    case 'GroupDetailsChanged':
      return { ...standing, autoApply: event.data.autoApply };
    case 'GroupConfigurationAssigned': {
      const { configurationId, version, contentHash, configHash } = event.data;
      return { ...standing, assigned: { configurationId, version, contentHash, configHash } };
    }
    case 'GroupConfigurationUnassigned':
      return { ...standing, assigned: null };
    case 'GroupDeleted':
      return { ...standing, livingSince: null };
    case 'GroupRestored':
      return { ...standing, livingSince: position };
    case 'GroupSelectorChanged':
      return standing;
  }
}

/** Being in a group counts while it lives, and has lived since before the agent joined (adr/0024). */
export function countsIn({ livingSince }: GroupStanding, joinedAt: Position): boolean {
  return livingSince !== null && joinedAt > livingSince;
}

/** What the group has those run that are in it. */
export function wantedOfGroup({ livingSince, autoApply, assigned }: GroupStanding): AssignableVersion | null {
  return livingSince !== null && autoApply ? assigned : null;
}
