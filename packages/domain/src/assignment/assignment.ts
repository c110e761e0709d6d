import type { AgentDecisionEvent, AssignmentEvent } from '@ampora/catalogue';
import { assertNever, type Decider, Rejection } from '@ampora/kernel';
import { changeLabels, type ChangeLabels, type Labels, type LabelRejectionCode, labelled } from './labels.ts';
import { joinGroup, type JoinGroup, leaveGroup, type LeaveGroup } from './membership.ts';

/** A published version, looked up by the caller. */
export interface AssignableVersion {
  readonly configurationId: string;
  readonly version: number;
  readonly contentHash: string;
  readonly configHash: string;
}

/** One stream per target: an agent's own, or the fleet's. */
export type AssignmentTarget =
  { readonly kind: 'agent'; readonly agentId: string } | { readonly kind: 'fleet' };

export type AssignmentCommand =
  | {
      readonly type: 'assign';
      readonly target: AssignmentTarget;
      readonly assigned: AssignableVersion;
      readonly reason?: 'bulk' | undefined;
    }
  | { readonly type: 'unassign'; readonly target: AssignmentTarget; readonly reason?: 'bulk' | undefined }
  | JoinGroup
  | LeaveGroup
  | ChangeLabels
  | { readonly type: 'request-reoffer'; readonly agentId: string };

/** All that is decided about one agent (or, of a fleet's stream, what all are assigned). */
export interface AssignmentState {
  readonly assigned: AssignableVersion | null;
  /** The group that it was put into last and has not left. Whether that counts is for the group to say (adr/0024). */
  readonly groupId: string | null;
  /** Labels that the server gives it. */
  readonly labels: Labels;
}

export type AssignmentRejectionCode = 'assignment/not-assigned' | LabelRejectionCode;

export const assignmentDecider: Decider<AssignmentState, AssignmentCommand, AssignmentEvent> = {
  initial: { assigned: null, groupId: null, labels: {} },
  decide(command, state) {
    switch (command.type) {
      case 'assign':
        return assign(command, state);
      case 'unassign':
        return unassign(command, state);
      case 'join-group':
        return joinGroup(command, state);
      case 'leave-group':
        return leaveGroup(command, state);
      case 'change-labels':
        return changeLabels(command, state);
      case 'request-reoffer':
        return [{ type: 'AgentConfigurationReofferRequested', data: { agentId: command.agentId } }];
      default:
        return assertNever(command);
    }
  },
  evolve(state, event) {
    switch (event.type) {
      case 'FleetConfigurationAssigned':
        return { ...state, assigned: versionOf(event.data) };
      case 'FleetConfigurationUnassigned':
        return { ...state, assigned: null };
      default:
        return evolveAgentDecisions(state, event);
    }
  },
};

function evolveAgentDecisions(state: AssignmentState, event: AgentDecisionEvent): AssignmentState {
  switch (event.type) {
    case 'AgentConfigurationAssigned':
      return { ...state, assigned: versionOf(event.data) };
    case 'AgentConfigurationUnassigned':
      return { ...state, assigned: null };
    case 'AgentJoinedGroup':
      return { ...state, groupId: event.data.groupId };
    case 'AgentLeftGroup':
      return state.groupId === event.data.groupId ? { ...state, groupId: null } : state;
    case 'AgentLabelsChanged':
      return { ...state, labels: labelled(state.labels, event.data) };
    case 'AgentConfigurationReofferRequested':
      return state;
    default:
      return assertNever(event);
  }
}

function versionOf({ configurationId, version, contentHash, configHash }: AssignableVersion) {
  return { configurationId, version, contentHash, configHash };
}

/** Assigning what is assigned already is no event. */
function assign(
  { target, assigned, reason }: Extract<AssignmentCommand, { readonly type: 'assign' }>,
  { assigned: current }: AssignmentState,
): AssignmentEvent[] {
  if (current?.configurationId === assigned.configurationId && current.version === assigned.version)
    return [];
  if (target.kind === 'fleet') return [{ type: 'FleetConfigurationAssigned', data: assigned }];
  return [
    {
      type: 'AgentConfigurationAssigned',
      data: { agentId: target.agentId, ...assigned, ...(reason && { reason }) },
    },
  ];
}

function unassign(
  { target, reason }: Extract<AssignmentCommand, { readonly type: 'unassign' }>,
  { assigned }: AssignmentState,
): AssignmentEvent[] {
  if (!assigned) {
    const whose =
      target.kind === 'fleet' ? 'The fleet has no assignment.' : 'This agent has no assignment of its own.';
    throw new Rejection<AssignmentRejectionCode>('assignment/not-assigned', whose);
  }
  if (target.kind === 'fleet') return [{ type: 'FleetConfigurationUnassigned', data: {} }];
  return [
    { type: 'AgentConfigurationUnassigned', data: { agentId: target.agentId, ...(reason && { reason }) } },
  ];
}
