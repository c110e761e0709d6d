import {
  type Aim,
  type AimedAgent,
  type ConfiguredGroup,
  groupIn,
  type VersionKey,
  wantedIn,
} from './aimed-fleet.ts';

/** What becomes of one agent. */
export interface AimedChange {
  readonly groupBefore: string | null;
  readonly groupAfter: string | null;
  readonly before: VersionKey | null;
  readonly after: VersionKey | null;
  /** It was in a dynamic group whose selector no longer matches it. */
  readonly stopsMatching: boolean;
}

export interface AimComparison<Agent extends AimedAgent, Group extends ConfiguredGroup> {
  readonly before: Aim<Agent, Group>;
  readonly after: Aim<Agent, Group>;
  /** What the change does to the agent itself. */
  readonly change?: (agent: Agent) => Agent;
}

/**
 * What a change does to one agent: both sides are taken when everything has come to rest, so that what is still under way
 * is not put down to the change.
 */
export function compareAims<Agent extends AimedAgent, Group extends ConfiguredGroup>(
  agent: Agent,
  { before, after, change = (same) => same }: AimComparison<Agent, Group>,
): AimedChange {
  const groupBefore = groupIn(agent, before);
  const settled = { ...agent, groupId: groupBefore };
  const changed = change(settled);
  const groupAfter = groupIn(changed, after);
  const left = groupBefore === null ? undefined : before.groups.get(groupBefore);
  const own = groupBefore === null ? undefined : after.groups.get(groupBefore);
  return {
    groupBefore,
    groupAfter,
    before: wantedIn(settled, groupBefore, before),
    after: wantedIn(changed, groupAfter, after),
    stopsMatching:
      left?.mode === 'dynamic' &&
      own?.mode === 'dynamic' &&
      groupAfter !== groupBefore &&
      after.verdictOf(own, changed) === 'no-match',
  };
}

export function isSameVersion(left: VersionKey | null, right: VersionKey | null): boolean {
  if (left === null || right === null) return left === right;
  return left.configurationId === right.configurationId && left.version === right.version;
}
