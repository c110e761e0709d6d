import type { AgentDecisionEvent, AssignmentEvent } from '@ampora/catalogue';

type Joined = Extract<AgentDecisionEvent, { readonly type: 'AgentJoinedGroup' }>['data'];
type Left = Extract<AgentDecisionEvent, { readonly type: 'AgentLeftGroup' }>['data'];

/** The caller has seen that the group lives. */
export interface JoinGroup {
  readonly type: 'join-group';
  readonly agentId: string;
  readonly groupId: string;
  readonly reason: Joined['reason'];
  readonly selectorPosition?: string | undefined;
  /** The membership it has counts for nothing: that group was deleted since (adr/0024). */
  readonly isVoid?: boolean;
}

/** Leaves this group; being in another one, or in none, it has nothing to leave. */
export interface LeaveGroup {
  readonly type: 'leave-group';
  readonly agentId: string;
  readonly groupId: string;
  readonly reason: Left['reason'];
}

interface Member {
  readonly groupId: string | null;
}

/** Joining is leaving: one fact, so that no moment has the agent in two groups. */
export function joinGroup(command: JoinGroup, { groupId: current }: Member): AssignmentEvent[] {
  const { agentId, groupId, reason, selectorPosition, isVoid = false } = command;
  if (current === groupId && !isVoid) return [];
  const previousGroupId = isVoid ? null : current;
  const by = selectorPosition === undefined ? {} : { selectorPosition };
  return [{ type: 'AgentJoinedGroup', data: { agentId, groupId, previousGroupId, reason, ...by } }];
}

export function leaveGroup(command: LeaveGroup, { groupId: current }: Member): AssignmentEvent[] {
  const { agentId, groupId, reason } = command;
  return current === groupId ? [{ type: 'AgentLeftGroup', data: { agentId, groupId, reason } }] : [];
}
