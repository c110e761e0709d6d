import type { AssignmentEvent } from '@ampora/catalogue';
import { assertNever, type Decider, Rejection } from '@ampora/kernel';

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
  | { readonly type: 'assign'; readonly target: AssignmentTarget; readonly assigned: AssignableVersion }
  | { readonly type: 'unassign'; readonly target: AssignmentTarget };

export type AssignmentState = { readonly assigned: AssignableVersion | null };

export type AssignmentRejectionCode = 'assignment/not-assigned';

export const assignmentDecider: Decider<AssignmentState, AssignmentCommand, AssignmentEvent> = {
  initial: { assigned: null },
  decide(command, state) {
    switch (command.type) {
      case 'assign':
        return assign(command.target, command.assigned, state);
      case 'unassign':
        return unassign(command.target, state);
      default:
        return assertNever(command);
    }
  },
  evolve(_state, event) {
    switch (event.type) {
      case 'AgentConfigurationAssigned':
      case 'FleetConfigurationAssigned': {
        const { configurationId, version, contentHash, configHash } = event.data;
        return { assigned: { configurationId, version, contentHash, configHash } };
      }
      case 'AgentConfigurationUnassigned':
      case 'FleetConfigurationUnassigned':
        return { assigned: null };
      default:
        return assertNever(event);
    }
  },
};

/** Assigning what is assigned already is no event. */
function assign(
  target: AssignmentTarget,
  assigned: AssignableVersion,
  { assigned: current }: AssignmentState,
): AssignmentEvent[] {
  if (current?.configurationId === assigned.configurationId && current.version === assigned.version)
    return [];
  if (target.kind === 'fleet') return [{ type: 'FleetConfigurationAssigned', data: assigned }];
  return [{ type: 'AgentConfigurationAssigned', data: { agentId: target.agentId, ...assigned } }];
}

function unassign(target: AssignmentTarget, { assigned }: AssignmentState): AssignmentEvent[] {
  if (!assigned) {
    const whose =
      target.kind === 'fleet' ? 'The fleet has no assignment.' : 'This agent has no assignment of its own.';
    throw new Rejection<AssignmentRejectionCode>('assignment/not-assigned', whose);
  }
  if (target.kind === 'fleet') return [{ type: 'FleetConfigurationUnassigned', data: {} }];
  return [{ type: 'AgentConfigurationUnassigned', data: { agentId: target.agentId } }];
}
