import { type AmporaEventType, streamPrefix } from '@ampora/catalogue';
import { clip, clipError } from '../fleet/agent-edit.ts';
import type { EventNamed, Stamped } from '../engine/projection.ts';

export type State = Readonly<Record<string, unknown>>;

/** A thing that people act on; `part` is what of it keeps a state of its own, such as one version. */
export interface AuditedEntity {
  readonly type: string;
  readonly id: string;
  readonly part: string;
}

/** What an event changed. */
export interface AuditedChange {
  readonly action: string;
  /** The state of the part from now on; null when it is gone. Absent: the event changes none. */
  readonly after?: State | null;
  readonly additional?: State;
  /** What stands in the row of another act: the state changes, and no row tells of it. */
  readonly isPart?: boolean;
}

interface AuditRule<Event> {
  readonly entity: (event: Event) => AuditedEntity;
  /** `undefined`: nothing that an audit asks for. */
  readonly change: (event: Event, before: State | null) => AuditedChange | undefined;
  /** Names the entity from now on. */
  readonly nameOf?: (event: Event) => string;
  /** Another entity whose name this one goes by. */
  readonly namedAfter?: (event: Event) => Omit<AuditedEntity, 'part'>;
}

type AuditRules = { readonly [Type in AmporaEventType]?: AuditRule<EventNamed<Type>> };

function ofConfiguration(event: Stamped, part = ''): AuditedEntity {
  return { type: 'Configuration', id: event.streamId.slice(streamPrefix.configuration.length), part };
}

function ofVersion(event: Stamped & { readonly data: { readonly version: number } }): AuditedEntity {
  return ofConfiguration(event, String(event.data.version));
}

function ofAgent(event: Stamped, part: string): AuditedEntity {
  return { type: 'Agent', id: event.streamId.slice(streamPrefix.agent.length), part };
}

function ofAssignment(target: string): AuditedEntity {
  return { type: 'Assignment', id: target, part: '' };
}

function ofTenant(type: string): (event: Stamped) => AuditedEntity {
  return (event) => ({ type, id: event.metadata.tenant, part: '' });
}

function ofLintRule(event: { readonly data: { readonly ruleId: string } }): AuditedEntity {
  return { type: 'LintRule', id: event.data.ruleId, part: '' };
}

function judged({
  ruleId: _id,
  description,
  expression,
  ...rest
}: EventNamed<'LintRuleDefined'>['data']): State {
  return { ...rest, description: clipError(description), expression: clipError(expression) };
}

function ofPerson(event: { readonly data: { readonly personId: string } }): AuditedEntity {
  return { type: 'Person', id: event.data.personId, part: '' };
}

function assigned({
  data,
}: EventNamed<
  'AgentConfigurationAssigned' | 'FleetConfigurationAssigned' | 'GroupConfigurationAssigned'
>): AuditedChange {
  const { configurationId, version, configHash } = data;
  const isPart = 'reason' in data && data.reason === 'bulk';
  return { action: 'Assigned', after: { configurationId, version, configHash }, isPart };
}

function ofGroup(event: { readonly data: { readonly groupId: string } }): AuditedEntity {
  return { type: 'Group', id: event.data.groupId, part: '' };
}

function ofMember(event: { readonly data: { readonly agentId: string } }): AuditedEntity {
  return { type: 'Agent', id: event.data.agentId, part: '' };
}

/** What a bulk action or the deletion of a group did to each of thousands stands in one row: that of the act itself. */
function oneByOne(reason: string, change: AuditedChange): AuditedChange | undefined {
  return reason === 'bulk' || reason === 'group-deleted' ? undefined : change;
}

const mostPackages = 50;
/** Agents that a row names; the event behind it names them all. */
const mostAgents = 100;

const bulkNames = {
  move: 'AgentsMoved',
  label: 'AgentsLabelled',
  'force-push': 'AgentsPushed',
  drain: 'AgentsDrained',
  assign: 'AgentsAssigned',
  unassign: 'AgentsUnassigned',
} as const;

function packagesOf({ packages, errorMessage }: EventNamed<'AgentPackageStatusesReported'>['data']): State {
  const shown = packages.slice(0, mostPackages).map((one) => {
    const { name, agentHasVersion, agentHasHash, serverOfferedVersion, status } = one;
    const error = one.errorMessage ? { error: clip(one.errorMessage) } : {};
    return [
      name,
      { version: agentHasVersion, hash: agentHasHash, offered: serverOfferedVersion, status, ...error },
    ];
  });
  return {
    packages: Object.fromEntries(shown) as State,
    ...(packages.length > mostPackages ? { more: packages.length - mostPackages } : {}),
    ...(errorMessage ? { error: clipError(errorMessage) } : {}),
  };
}

const settled = { applied: 'Applied', failed: 'Failed' } as const;

/**
 * The rule of what the audit log shows: everything that people did or that was done on their behalf, and of agents
 * what says which of them belong to the fleet and what became of what they were told. Not: connections, health,
 * descriptions, what they run (the timeline of an agent has those), and repeats of a status that is known.
 */
export const auditableEvents: AuditRules = {
  ConfigurationCreated: {
    entity: (event) => ofConfiguration(event),
    nameOf: ({ data }) => data.name,
    change: ({ data }) => ({
      action: 'Created',
      after: { name: data.name, description: clipError(data.description) },
    }),
  },
  ConfigurationDraftCreated: {
    entity: ofVersion,
    change({ data: { version, contentHash, sizeBytes, basedOnVersion } }) {
      const after = { version, status: 'Draft', contentHash, sizeBytes, rowVersion: 1 };
      return { action: 'Drafted', after, additional: { version, basedOnVersion } };
    },
  },
  ConfigurationDraftEdited: {
    entity: ofVersion,
    change({ data: { version, contentHash, sizeBytes, rowVersion } }, before) {
      const after = { ...before, version, status: 'Draft', contentHash, sizeBytes, rowVersion };
      return { action: 'Edited', after, additional: { version } };
    },
  },
  ConfigurationDraftDiscarded: {
    entity: ofVersion,
    change: ({ data: { version } }) => ({ action: 'Discarded', after: null, additional: { version } }),
  },
  ConfigurationVersionPublished: {
    entity: ofVersion,
    change({ data: { version, contentHash, sizeBytes, configHash, notes } }, before) {
      const after = { ...before, version, status: 'Published', contentHash, sizeBytes, configHash };
      return { action: 'Published', after, additional: { version, notes: clipError(notes) } };
    },
  },
  ConfigurationVersionArchived: {
    entity: ofVersion,
    change: ({ data: { version } }, before) => ({
      action: 'Archived',
      after: { ...before, version, status: 'Archived' },
      additional: { version },
    }),
  },
  ConfigurationVersionUnarchived: {
    entity: ofVersion,
    change: ({ data: { version } }, before) => ({
      action: 'Unarchived',
      after: { ...before, version, status: 'Published' },
      additional: { version },
    }),
  },
  ConfigurationVersionDeleted: {
    entity: ofVersion,
    change: ({ data: { version } }) => ({ action: 'VersionDeleted', after: null, additional: { version } }),
  },
  ConfigurationTagSet: {
    entity: (event) => ofConfiguration(event, `@${event.data.tag}`),
    change: ({ data: { tag, version, previousVersion } }) => ({
      action: previousVersion === null ? 'Tagged' : 'TagMoved',
      after: { tag, version },
      additional: { tag },
    }),
  },
  ConfigurationTagRemoved: {
    entity: (event) => ofConfiguration(event, `@${event.data.tag}`),
    change: ({ data: { tag, version } }) => ({
      action: 'Untagged',
      after: null,
      additional: { tag, version },
    }),
  },
  ConfigurationDeleted: {
    entity: (event) => ofConfiguration(event),
    change: ({ data: { name } }) => ({ action: 'Deleted', after: null, additional: { name } }),
  },

  AgentConfigurationAssigned: {
    entity: ({ data }) => ofAssignment(data.agentId),
    namedAfter: ({ data }) => ({ type: 'Agent', id: data.agentId }),
    change: assigned,
  },
  AgentConfigurationUnassigned: {
    entity: ({ data }) => ofAssignment(data.agentId),
    namedAfter: ({ data }) => ({ type: 'Agent', id: data.agentId }),
    change: ({ data: { reason } }) => ({ action: 'Unassigned', after: null, isPart: reason === 'bulk' }),
  },
  FleetConfigurationAssigned: {
    entity: () => ofAssignment('all'),
    nameOf: () => 'All agents',
    change: assigned,
  },
  FleetConfigurationUnassigned: {
    entity: () => ofAssignment('all'),
    change: () => ({ action: 'Unassigned', after: null }),
  },

  GroupCreated: {
    entity: ofGroup,
    nameOf: ({ data }) => data.name,
    change: ({ data: { groupId: _id, description, ...rest } }) => ({
      action: 'Created',
      after: { ...rest, description: clipError(description), status: 'Living' },
    }),
  },
  GroupDetailsChanged: {
    entity: ofGroup,
    nameOf: ({ data }) => data.name,
    change: ({ data: { groupId: _id, description, ...rest } }, before) => ({
      action: 'Edited',
      after: { ...before, ...rest, description: clipError(description) },
    }),
  },
  GroupSelectorChanged: {
    entity: ofGroup,
    change: ({ data: { mode, selector } }, before) => ({
      action: 'SelectorChanged',
      after: { ...before, mode, selector },
    }),
  },
  GroupConfigurationAssigned: {
    entity: ({ data }) => ofAssignment(data.groupId),
    namedAfter: ({ data }) => ({ type: 'Group', id: data.groupId }),
    change: assigned,
  },
  GroupConfigurationUnassigned: {
    entity: ({ data }) => ofAssignment(data.groupId),
    namedAfter: ({ data }) => ({ type: 'Group', id: data.groupId }),
    change: () => ({ action: 'Unassigned', after: null }),
  },
  GroupDeleted: {
    entity: ofGroup,
    change: (_event, before) => ({ action: 'Deleted', after: { ...before, status: 'Deleted' } }),
  },
  GroupRestored: {
    entity: ofGroup,
    nameOf: ({ data }) => data.name,
    change: ({ data: { name } }, before) => ({
      action: 'Restored',
      after: { ...before, name, status: 'Living' },
    }),
  },
  AgentJoinedGroup: {
    entity: ofMember,
    change: ({ data: { groupId, previousGroupId, reason } }) =>
      oneByOne(reason, { action: 'JoinedGroup', additional: { groupId, previousGroupId, reason } }),
  },
  AgentLeftGroup: {
    entity: ofMember,
    change: ({ data: { groupId, reason } }) =>
      oneByOne(reason, { action: 'LeftGroup', additional: { groupId, reason } }),
  },
  AgentLabelsChanged: {
    entity: ofMember,
    change: ({ data: { set, removed, reason } }) =>
      oneByOne(reason ?? 'manual', { action: 'LabelsChanged', additional: { set, removed } }),
  },
  BulkActionPerformed: {
    entity: (event) => ({ type: 'Bulk', id: event.streamId.slice(streamPrefix.bulk.length), part: '' }),
    change: ({ data: { action, agentIds, ...rest } }) => ({
      action: bulkNames[action],
      additional: { ...rest, agents: agentIds.length, agentIds: agentIds.slice(0, mostAgents) },
    }),
  },

  LintRuleDefined: {
    entity: ofLintRule,
    nameOf: ({ data }) => data.name,
    change: ({ data }) => ({ action: 'Created', after: judged(data) }),
  },
  LintRuleChanged: {
    entity: ofLintRule,
    nameOf: ({ data }) => data.name,
    change: ({ data }) => ({ action: 'Edited', after: judged(data) }),
  },
  LintRuleSettingChanged: {
    entity: ofLintRule,
    nameOf: ({ data }) => data.ruleId,
    change: ({ data: { severity, enabled } }) => ({ action: 'SettingChanged', after: { severity, enabled } }),
  },
  LintRuleRemoved: {
    entity: ofLintRule,
    change: () => ({ action: 'Deleted', after: null }),
  },

  TenantCreated: {
    entity: ofTenant('Tenant'),
    nameOf: ({ data }) => data.displayName,
    change: ({ data }) => ({ action: 'Created', after: { displayName: data.displayName } }),
  },

  AgentEnrolled: {
    entity: (event) => ofAgent(event, ''),
    change({ data: { instanceUid, enrolment, remoteAddress } }) {
      return { action: 'Enrolled', after: { instanceUid }, additional: { enrolment, remoteAddress } };
    },
  },
  AgentInstanceUidReassigned: {
    entity: (event) => ofAgent(event, ''),
    change({ data: { instanceUid, previousInstanceUid, cause } }, before) {
      const after = { ...before, instanceUid };
      return { action: 'Reassigned', after, additional: { previousInstanceUid, cause } };
    },
  },
  AgentRemoteConfigOffered: {
    entity: (event) => ofAgent(event, 'remote-config'),
    change({ data: { configHash, configurationId, version } }) {
      return { action: 'Offered', after: { configHash, configurationId, version, status: 'offered' } };
    },
  },
  AgentRemoteConfigStatusReported: {
    entity: (event) => ofAgent(event, 'remote-config'),
    change({ data: { configHash, status, errorMessage } }, before) {
      if (status !== 'applied' && status !== 'failed') return undefined;
      const isOffered = before?.['configHash'] === configHash;
      if (isOffered && before['status'] === status && status === 'applied') return undefined;
      const known = isOffered
        ? { configurationId: before['configurationId'], version: before['version'] }
        : {};
      const error = errorMessage ? { error: clipError(errorMessage) } : {};
      return { action: settled[status], after: { configHash, ...known, status, ...error } };
    },
  },
  AgentPackageStatusesReported: {
    entity: (event) => ofAgent(event, 'packages'),
    change({ data }, before) {
      if (before?.['digest'] === data.digest) return undefined;
      return { action: 'PackagesChanged', after: { ...packagesOf(data), digest: data.digest } };
    },
  },
  AgentConnectionSettingsStatusReported: {
    entity: (event) => ofAgent(event, 'connection-settings'),
    change({ data: { settingsHash, status, errorMessage } }, before) {
      if (status !== 'applied' && status !== 'failed') return undefined;
      if (before?.['settingsHash'] === settingsHash && before['status'] === status) return undefined;
      const error = errorMessage ? { error: clipError(errorMessage) } : {};
      return { action: `Settings${settled[status]}`, after: { settingsHash, status, ...error } };
    },
  },

  AuditRetentionSwept: {
    entity: ofTenant('AuditLog'),
    change({ data: { archived, purged, hotDays, archiveDays } }) {
      return { action: 'Swept', additional: { archived, purged, hotDays, archiveDays } };
    },
  },
  AuditArchiveRead: {
    entity: ofTenant('AuditLog'),
    change: ({ data }) => ({ action: 'ArchiveRead', additional: { query: data.query } }),
  },
  AuditExported: {
    entity: ofTenant('AuditLog'),
    change: ({ data: { format, filter, treeSize, fromSequence, toSequence } }) => ({
      action: 'Exported',
      additional: { format, filter, treeSize, fromSequence, toSequence },
    }),
  },
  LogScavenged: {
    entity: ofTenant('EventLog'),
    change: ({ data: { scavengeAfterDays, eligible, sealedPosition, types } }) => ({
      action: 'Scavenged',
      additional: { scavengeAfterDays, eligible, sealedPosition, types },
    }),
  },
  LogScavengeFinished: {
    entity: ofTenant('EventLog'),
    change: ({ data: { scavenged } }) => ({ action: 'ScavengeFinished', additional: { scavenged } }),
  },
  AuditRootSealed: {
    entity: ofTenant('AuditLog'),
    change: ({ data: { treeSize, rootHash, position, keyId } }) => ({
      action: 'Sealed',
      additional: { treeSize, rootHash, position, keyId },
    }),
  },
  AuditSigningKeyCreated: {
    entity: ({ data }) => ({ type: 'SigningKey', id: data.keyId, part: '' }),
    change: ({ data: { keyId, verifierKey } }) => ({ action: 'Created', after: { keyId, verifierKey } }),
  },
  AuditSigningKeyRotated: {
    entity: ({ data }) => ({ type: 'SigningKey', id: data.keyId, part: '' }),
    change: ({ data: { keyId, verifierKey, previousKeyId } }) => ({
      action: 'Rotated',
      after: { keyId, verifierKey },
      additional: { previousKeyId },
    }),
  },
  PersonNamed: {
    entity: ofPerson,
    change: () => ({ action: 'Named' }),
  },
  PersonForgotten: {
    entity: ofPerson,
    change: () => ({ action: 'Forgotten' }),
  },
};

/** Why the other events are not in the audit log. */
export const notAudited: Readonly<Record<string, string>> = {
  AgentConfigurationReofferRequested: 'a part of BulkActionPerformed',
  AgentAliased: 'follows from AgentInstanceUidReassigned',
  AgentAvailableComponentsReported: 'what an agent is, told in its timeline',
  AgentCapabilitiesReported: 'what an agent is, told in its timeline',
  AgentConnected: 'told in the timeline of the agent',
  AgentConnectionFlapping: 'told in the timeline of the agent',
  AgentCustomCapabilitiesReported: 'what an agent is, told in its timeline',
  AgentDescriptionReported: 'names the agent in the rows of the others',
  AgentDisconnected: 'told in the timeline of the agent',
  AgentEffectiveConfigReported: 'told in the timeline and by drift',
  AgentHealthFlapping: 'told in the timeline of the agent',
  AgentHealthReported: 'told in the timeline of the agent',
  AgentOwnMetricsOffered: 'told in the timeline of the agent',
  ConfigurationNameReleased: 'a part of ConfigurationDeleted',
  ConfigurationNameReserved: 'a part of ConfigurationCreated',
  GroupNameReleased: 'a part of the event that gave the group another name or deleted it',
  GroupNameReserved: 'a part of the event that gave the group its name',
  ContentStored: 'a part of the event that refers to the body',
};
