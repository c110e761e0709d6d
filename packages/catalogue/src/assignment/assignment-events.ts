import { z } from 'zod';
import { sha256Hex } from '../agent/shapes.ts';
import { defineEvent, type EventOf } from '../define-event.ts';

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
  schema: z.object({ agentId: z.uuid(), ...assignedVersion }),
});

export const agentConfigurationUnassigned = defineEvent({
  type: 'AgentConfigurationUnassigned',
  version: 1,
  summary: "The agent's own assignment was taken back; the fleet's applies again",
  schema: z.object({ agentId: z.uuid() }),
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

export const assignmentEvents = [
  agentConfigurationAssigned,
  agentConfigurationUnassigned,
  fleetConfigurationAssigned,
  fleetConfigurationUnassigned,
] as const;

export type AssignmentEvent = EventOf<(typeof assignmentEvents)[number]>;
