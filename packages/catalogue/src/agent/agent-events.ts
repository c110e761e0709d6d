import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';
import {
  attribute,
  digest,
  effectiveConfigFile,
  healthNode,
  opaqueHashHex,
  reportedStatus,
  sha256Hex,
} from './shapes.ts';

export const agentEnrolled = defineEvent({
  type: 'AgentEnrolled',
  version: 1,
  summary: 'An agent was seen for the first time and taken into the fleet',
  schema: z.object({
    agentId: z.uuid(),
    instanceUid: z.uuid(),
    /** How it proved itself: `open` is first contact over loopback without credentials. */
    enrolment: z.enum(['open']),
    remoteAddress: z.string(),
  }),
});

export const agentConnected = defineEvent({
  type: 'AgentConnected',
  version: 1,
  summary: 'The agent opened a connection, or began to poll',
  schema: z.object({
    connectionId: z.uuid(),
    transport: z.enum(['websocket', 'http']),
    remoteAddress: z.string(),
    /** The edge process that holds the connection. */
    edgeInstance: z.string(),
  }),
});

export const agentDisconnected = defineEvent({
  type: 'AgentDisconnected',
  version: 1,
  summary: 'The agent said goodbye, its connection closed, or it fell silent',
  schema: z.object({
    connectionId: z.uuid(),
    reason: z.enum(['goodbye', 'closed', 'silent', 'shutdown', 'refused']),
  }),
});

export const agentConnectionFlapping = defineEvent({
  type: 'AgentConnectionFlapping',
  version: 1,
  summary: 'The agent keeps connecting and disconnecting; one fact stands for many',
  schema: z.object({
    connected: z.boolean(),
    connectionId: z.uuid(),
    sinceMs: z.number(),
    /** When the last of the counted changes came. */
    untilMs: z.number(),
    /** Changes since `sinceMs`, the first one included. */
    changes: z.int().positive(),
    /** True for the last fact of an episode: the state has held. */
    settled: z.boolean(),
  }),
});

export const agentCapabilitiesReported = defineEvent({
  type: 'AgentCapabilitiesReported',
  version: 1,
  summary: 'The agent told which parts of OpAMP it speaks',
  schema: z.object({
    /** The bit mask as decimal text (uint64). */
    capabilities: z.string().regex(/^\d{1,20}$/),
  }),
});

export const agentDescriptionReported = defineEvent({
  type: 'AgentDescriptionReported',
  version: 1,
  summary: 'The agent described itself',
  schema: z.object({ digest, identifying: z.array(attribute), nonIdentifying: z.array(attribute) }),
});

export const agentHealthReported = defineEvent({
  type: 'AgentHealthReported',
  version: 1,
  summary: "The agent's health changed in meaning",
  schema: z.object({
    digest,
    health: healthNode,
    /** Reports that this fact stands for: more than one when a burst was gathered. */
    reports: z.int().positive(),
  }),
});

export const agentHealthFlapping = defineEvent({
  type: 'AgentHealthFlapping',
  version: 1,
  summary: "The agent's health keeps returning to states it was in; one fact stands for many",
  schema: z.object({
    digest,
    health: healthNode,
    sinceMs: z.number(),
    /** When the last of the counted changes came. */
    untilMs: z.number(),
    /** Changes since `sinceMs`, the first one included. */
    changes: z.int().positive(),
    /** True for the last fact of an episode: the state has held. */
    settled: z.boolean(),
  }),
});

export const agentEffectiveConfigReported = defineEvent({
  type: 'AgentEffectiveConfigReported',
  version: 1,
  summary: 'The agent reported the configuration that it runs',
  schema: z.object({ digest, files: z.array(effectiveConfigFile) }),
});

export const agentRemoteConfigOffered = defineEvent({
  type: 'AgentRemoteConfigOffered',
  version: 1,
  summary: 'A configuration was sent to the agent',
  schema: z.object({
    configHash: opaqueHashHex,
    configurationId: z.uuid(),
    version: z.int().positive(),
    connectionId: z.uuid(),
  }),
});

export const agentRemoteConfigStatusReported = defineEvent({
  type: 'AgentRemoteConfigStatusReported',
  version: 1,
  summary: 'The agent told what became of the configuration it was offered',
  schema: z.object({ configHash: opaqueHashHex, status: reportedStatus, errorMessage: z.string() }),
});

export const agentOwnMetricsOffered = defineEvent({
  type: 'AgentOwnMetricsOffered',
  version: 1,
  summary: 'The agent was told where to send its own metrics',
  schema: z.object({
    settingsHash: opaqueHashHex,
    /** Empty: nowhere any more. */
    endpoint: z.string(),
    connectionId: z.uuid(),
  }),
});

export const agentPackageStatusesReported = defineEvent({
  type: 'AgentPackageStatusesReported',
  version: 1,
  summary: 'The agent told which packages it has',
  schema: z.object({
    digest,
    allPackagesHash: opaqueHashHex,
    errorMessage: z.string(),
    packages: z.array(
      z.object({
        name: z.string(),
        agentHasVersion: z.string(),
        agentHasHash: opaqueHashHex,
        serverOfferedVersion: z.string(),
        serverOfferedHash: opaqueHashHex,
        /** The OpAMP number: open enum, so values of later specifications survive. */
        status: z.int(),
        errorMessage: z.string(),
      }),
    ),
  }),
});

export const agentAvailableComponentsReported = defineEvent({
  type: 'AgentAvailableComponentsReported',
  version: 1,
  summary: 'The agent told which components its build has',
  schema: z.object({
    componentsHash: opaqueHashHex,
    /** Where the full list is stored; null while only its hash is known. */
    contentHash: sha256Hex.nullable(),
  }),
});

export const agentCustomCapabilitiesReported = defineEvent({
  type: 'AgentCustomCapabilitiesReported',
  version: 1,
  summary: 'The agent listed its custom capabilities',
  schema: z.object({ capabilities: z.array(z.string()) }),
});

export const agentConnectionSettingsStatusReported = defineEvent({
  type: 'AgentConnectionSettingsStatusReported',
  version: 1,
  summary: 'The agent told what became of the connection settings it was offered',
  schema: z.object({ settingsHash: opaqueHashHex, status: reportedStatus, errorMessage: z.string() }),
});

export const agentInstanceUidReassigned = defineEvent({
  type: 'AgentInstanceUidReassigned',
  version: 1,
  summary: 'The agent was given another instance uid; its history goes on',
  schema: z.object({
    previousInstanceUid: z.uuid(),
    instanceUid: z.uuid(),
    cause: z.enum(['requested', 'collision']),
  }),
});

/** Stands first in the stream that a reassigned uid would have had, and points to the agent that now uses it. */
export const agentAliased = defineEvent({
  type: 'AgentAliased',
  version: 1,
  summary: 'An instance uid was given to an agent that existed before it',
  schema: z.object({ agentId: z.uuid(), instanceUid: z.uuid() }),
});

export const agentEvents = [
  agentEnrolled,
  agentConnected,
  agentDisconnected,
  agentConnectionFlapping,
  agentCapabilitiesReported,
  agentDescriptionReported,
  agentHealthReported,
  agentHealthFlapping,
  agentEffectiveConfigReported,
  agentRemoteConfigOffered,
  agentOwnMetricsOffered,
  agentRemoteConfigStatusReported,
  agentPackageStatusesReported,
  agentAvailableComponentsReported,
  agentCustomCapabilitiesReported,
  agentConnectionSettingsStatusReported,
  agentInstanceUidReassigned,
  agentAliased,
] as const;

export type AgentEvent = EventOf<(typeof agentEvents)[number]>;
