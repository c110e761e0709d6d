import { z } from 'zod';
import { sha256Hex } from '../agent/shapes.ts';
import { defineEvent, type EventOf } from '../define-event.ts';

/** `bulk`: one of many that an action upon many did; that action is a fact of its own. */
const bulk = z.literal('bulk').optional();

/** A published version, with all that the edge needs to offer it. */
const assignedVersion = {
  configurationId: z.uuid(),
  version: z.int().positive(),
  contentHash: sha256Hex,
  configHash: sha256Hex,
};

export const agentConfigurationAssigned = defineEvent({
  type: 'AgentConfigurationAssigned',
  version: 1,
  summary: 'One agent was told to run a published version',
  schema: z.object({ agentId: z.uuid(), ...assignedVersion, reason: bulk }),
});

export const agentConfigurationUnassigned = defineEvent({
  type: 'AgentConfigurationUnassigned',
  version: 1,
  summary: "The agent's own assignment was taken back; the fleet's applies again",
  schema: z.object({ agentId: z.uuid(), reason: bulk }),
});

export const fleetConfigurationAssigned = defineEvent({
  type: 'FleetConfigurationAssigned',
  version: 1,
  summary: 'Every agent of the tenant without an assignment of its own was told to run a published version',
  schema: z.object(assignedVersion),
});

export const fleetConfigurationUnassigned = defineEvent({
  type: 'FleetConfigurationUnassigned',
  version: 1,
  summary: "The fleet's assignment was taken back",
  schema: z.object({}),
});

/** An agent is in one group at most: this is the leaving of `previousGroupId` too. */
export const agentJoinedGroup = defineEvent({
  type: 'AgentJoinedGroup',
  version: 1,
  summary: 'An agent joined a group, and left the one that it was in',
  schema: z.object({
    agentId: z.uuid(),
    groupId: z.uuid(),
    previousGroupId: z.uuid().nullable(),
    reason: z.enum(['manual', 'bulk', 'selector', 'restore']),
    /** Position of the event that gave the group the selector which matched. */
    selectorPosition: z
      .string()
      .regex(/^\d{1,19}$/)
      .optional(),
  }),
});

export const agentLeftGroup = defineEvent({
  type: 'AgentLeftGroup',
  version: 1,
  summary: 'An agent left its group and is in none',
  schema: z.object({
    agentId: z.uuid(),
    groupId: z.uuid(),
    reason: z.enum(['manual', 'bulk', 'selector', 'group-deleted']),
  }),
});

/** What the agent itself says of its labels stays as it is: these lie over it. */
export const agentLabelsChanged = defineEvent({
  type: 'AgentLabelsChanged',
  version: 1,
  summary: 'Labels that the server gives an agent were set or taken away',
  schema: z.object({
    agentId: z.uuid(),
    set: z.record(z.string(), z.string()),
    removed: z.array(z.string()),
    reason: bulk,
  }),
});

/** Met by the next offer of whatever the agent is to run then; an offer that stands after this in the log has met it. */
export const agentConfigurationReofferRequested = defineEvent({
  type: 'AgentConfigurationReofferRequested',
  version: 1,
  summary: 'An agent is to be sent its configuration once more, even if it says that it has it',
  schema: z.object({ agentId: z.uuid() }),
});

/** All that is decided about one agent, in one stream: it is assigned, grouped and labelled by one append each. */
export const agentDecisionEvents = [
  agentConfigurationAssigned,
  agentConfigurationUnassigned,
  agentJoinedGroup,
  agentLeftGroup,
  agentLabelsChanged,
  agentConfigurationReofferRequested,
] as const;
export type AgentDecisionEvent = EventOf<(typeof agentDecisionEvents)[number]>;

export const assignmentEvents = [
  ...agentDecisionEvents,
  fleetConfigurationAssigned,
  fleetConfigurationUnassigned,
] as const;

export type AssignmentEvent = EventOf<(typeof assignmentEvents)[number]>;
