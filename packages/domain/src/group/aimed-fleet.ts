import {
  type AimedGroup,
  decideMembership,
  inOrderOfPrecedence,
  type Membership,
  type SelectorVerdict,
} from './decide-membership.ts';

/** A published version, as far as telling one from another goes. */
export interface VersionKey {
  readonly configurationId: string;
  readonly version: number;
}

/** A group that is not deleted, with what its members are to run. */
export interface ConfiguredGroup extends AimedGroup {
  readonly name: string;
  readonly assigned: VersionKey | null;
  /** Its configuration reaches members by itself. */
  readonly autoApply: boolean;
}

/** What is known of an agent for deciding where it belongs and what it is to run. */
export interface AimedAgent {
  readonly agentId: string;
  readonly displayName: string;
  /** What is meant for many does not count for an agent that can only be watched. */
  readonly takesRemoteConfig: boolean;
  /** Its own assignment. */
  readonly own: VersionKey | null;
  readonly groupId: string | null;
}

/** Groups and assignments as they stand, or as they would. */
export interface Aim<Agent extends AimedAgent, Group extends ConfiguredGroup = ConfiguredGroup> {
  readonly groups: ReadonlyMap<string, Group>;
  /** The dynamic ones, by precedence. */
  readonly dynamic: readonly Group[];
  readonly fleet: VersionKey | null;
  readonly verdictOf: (group: Group, agent: Agent) => SelectorVerdict;
}

export function createAim<Agent extends AimedAgent, Group extends ConfiguredGroup>(
  groups: Iterable<Group>,
  fleet: VersionKey | null,
  verdictOf: (group: Group, agent: Agent) => SelectorVerdict,
): Aim<Agent, Group> {
  const byId = new Map([...groups].map((group) => [group.groupId, group]));
  return { groups: byId, dynamic: inOrderOfPrecedence(byId.values()), fleet, verdictOf };
}

/** Where an agent belongs under an aim. */
export function membershipIn<Agent extends AimedAgent, Group extends ConfiguredGroup>(
  agent: Agent,
  { groups, dynamic, verdictOf }: Aim<Agent, Group>,
): Membership {
  const current = agent.groupId === null ? undefined : groups.get(agent.groupId);
  return decideMembership({
    current,
    isOrphaned: agent.groupId !== null && !current,
    groups: dynamic,
    verdictOf: (group) => verdictOf(group, agent),
  });
}

/** The group that an agent ends up in. */
export function groupIn<Agent extends AimedAgent, Group extends ConfiguredGroup>(
  agent: Agent,
  aim: Aim<Agent, Group>,
): string | null {
  const membership = membershipIn(agent, aim);
  if (membership.kind === 'join') return membership.groupId;
  return membership.kind === 'leave' ? null : agent.groupId;
}

/** Its own assignment, else its group's, else the fleet's. */
export function wantedIn<Agent extends AimedAgent, Group extends ConfiguredGroup>(
  agent: Agent,
  groupId: string | null,
  { groups, fleet }: Aim<Agent, Group>,
): VersionKey | null {
  if (agent.own) return agent.own;
  if (!agent.takesRemoteConfig) return null;
  const group = groupId === null ? undefined : groups.get(groupId);
  return (group?.autoApply ? group.assigned : null) ?? fleet;
}
