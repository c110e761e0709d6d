export {
  agentAliased,
  agentAvailableComponentsReported,
  agentCapabilitiesReported,
  agentConnected,
  agentConnectionFlapping,
  agentConnectionSettingsStatusReported,
  agentCustomCapabilitiesReported,
  agentDescriptionReported,
  agentDisconnected,
  agentEffectiveConfigReported,
  agentEnrolled,
  type AgentEvent,
  agentEvents,
  agentHealthFlapping,
  agentHealthReported,
  agentInstanceUidReassigned,
  agentPackageStatusesReported,
  agentOwnMetricsOffered,
  agentRemoteConfigOffered,
  agentRemoteConfigStatusReported,
} from './agent/agent-events.ts';
export type {
  Attribute,
  EffectiveConfigFile,
  HealthNode,
  NamedHealthNode,
  ReportedStatus,
} from './agent/shapes.ts';
export {
  agentConfigurationAssigned,
  agentConfigurationReofferRequested,
  agentConfigurationUnassigned,
  type AgentDecisionEvent,
  agentDecisionEvents,
  agentJoinedGroup,
  agentLabelsChanged,
  agentLeftGroup,
  type AssignmentEvent,
  assignmentEvents,
  fleetConfigurationAssigned,
  fleetConfigurationUnassigned,
} from './assignment/assignment-events.ts';
export { bulkActionPerformed, type BulkEvent, bulkEvents } from './assignment/bulk-events.ts';
export {
  auditArchiveRead,
  type AuditEvent,
  auditEvents,
  auditRetentionSwept,
  logScavenged,
  logScavengeFinished,
} from './audit/audit-events.ts';
export { auditExported, type ExportEvent, exportEvents } from './audit/export-events.ts';
export {
  auditRootSealed,
  auditSigningKeyCreated,
  auditSigningKeyRotated,
  type ProofEvent,
  proofEvents,
} from './audit/proof-events.ts';
export { scavengeableTypes } from './audit/scavengeable-types.ts';
export {
  type AmporaEvent,
  type AmporaEventType,
  catalogue,
  decodeEvent,
  decodeWith,
  definitionOf,
  encodeEvent,
  InvalidEventData,
  type TypedEvent,
} from './codec.ts';
export {
  configurationCreated,
  configurationDeleted,
  configurationDraftCreated,
  configurationDraftDiscarded,
  configurationDraftEdited,
  type ConfigurationEvent,
  configurationEvents,
  configurationNameReleased,
  configurationNameReserved,
  type ConfigurationSource,
  configurationTagRemoved,
  configurationTagSet,
  configurationVersionArchived,
  configurationVersionDeleted,
  configurationVersionPublished,
  configurationVersionUnarchived,
} from './configuration/configuration-events.ts';
export { type ContentEvent, contentEvents, contentStored } from './content/content-events.ts';
export { defineEvent, type EventDefinition, type EventOf } from './define-event.ts';
export {
  groupConfigurationAssigned,
  groupConfigurationUnassigned,
  groupCreated,
  groupDeleted,
  groupDetailsChanged,
  type GroupEvent,
  groupEvents,
  type GroupNameEvent,
  groupNameEvents,
  groupNameReleased,
  groupNameReserved,
  groupRestored,
  groupSelectorChanged,
} from './group/group-events.ts';
export {
  type LintEvent,
  lintEvents,
  lintRuleChanged,
  lintRuleDefined,
  lintRuleRemoved,
  lintRuleSettingChanged,
} from './lint/lint-events.ts';
export { type PersonEvent, personEvents, personForgotten, personNamed } from './person/person-events.ts';
export { streamOf, streamPrefix } from './stream-names.ts';
export { tenantCreated, type TenantEvent, tenantEvents } from './tenant/tenant-events.ts';
