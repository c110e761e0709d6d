import type {
  AgentEvent,
  AmporaEvent,
  AssignmentEvent,
  ConfigurationEvent,
  GroupEvent,
  TenantEvent,
} from '@ampora/catalogue';
import {
  agentDecider,
  type AgentCommand,
  type AgentState,
  assignmentDecider,
  type AssignmentState,
  type ConfigurationCommand,
  configurationDecider,
  type ConfigurationState,
  groupDecider,
  type GroupState,
  tenantDecider,
} from '@ampora/domain';
import { assertNever } from '@ampora/kernel';

/** The command that an event came from: deciders take in what they state. */
export function toAgentCommand(event: AgentEvent): AgentCommand {
  switch (event.type) {
    case 'AgentEnrolled':
      return { type: 'enrol-agent', ...event.data };
    case 'AgentAliased':
      return { type: 'alias-instance-uid', ...event.data };
    case 'AgentConnected':
      return { type: 'record-connection', ...event.data };
    case 'AgentDisconnected':
      return { type: 'record-disconnection', ...event.data };
    case 'AgentConnectionFlapping':
      return { type: 'record-connection-flapping', ...event.data };
    case 'AgentCapabilitiesReported':
      return { type: 'record-capabilities', ...event.data };
    case 'AgentDescriptionReported':
      return { type: 'record-description', ...event.data };
    case 'AgentHealthReported':
      return { type: 'record-health', ...event.data };
    case 'AgentHealthFlapping':
      return { type: 'record-health-flapping', ...event.data };
    case 'AgentEffectiveConfigReported':
      return { type: 'record-effective-config', ...event.data };
    case 'AgentRemoteConfigOffered':
      return { type: 'record-remote-config-offer', ...event.data };
    case 'AgentRemoteConfigStatusReported':
      return { type: 'record-remote-config-status', ...event.data };
    case 'AgentOwnMetricsOffered':
      return { type: 'record-own-metrics-offer', ...event.data };
    case 'AgentPackageStatusesReported':
      return { type: 'record-package-statuses', statuses: event.data };
    case 'AgentAvailableComponentsReported':
      return { type: 'record-available-components', ...event.data };
    case 'AgentCustomCapabilitiesReported':
      return { type: 'record-custom-capabilities', ...event.data };
    case 'AgentConnectionSettingsStatusReported':
      return { type: 'record-connection-settings-status', ...event.data };
    case 'AgentInstanceUidReassigned':
      return { type: 'reassign-instance-uid', ...event.data };
    default:
      return assertNever(event);
  }
}

export function agentDecidesAgain(state: AgentState, event: AgentEvent): readonly AmporaEvent[] {
  return agentDecider.decide(toAgentCommand(event), state);
}

export function assignmentDecidesAgain(
  state: AssignmentState,
  event: AssignmentEvent,
): readonly AmporaEvent[] {
  switch (event.type) {
    case 'AgentConfigurationAssigned': {
      const { agentId, reason, ...assigned } = event.data;
      return assignmentDecider.decide(
        { type: 'assign', target: { kind: 'agent', agentId }, assigned, reason },
        state,
      );
    }
    case 'FleetConfigurationAssigned':
      return assignmentDecider.decide(
        { type: 'assign', target: { kind: 'fleet' }, assigned: event.data },
        state,
      );
    case 'AgentConfigurationUnassigned': {
      const { agentId, reason } = event.data;
      return assignmentDecider.decide(
        { type: 'unassign', target: { kind: 'agent', agentId }, reason },
        state,
      );
    }
    case 'FleetConfigurationUnassigned':
      return assignmentDecider.decide({ type: 'unassign', target: { kind: 'fleet' } }, state);
    case 'AgentJoinedGroup': {
      const isVoid = event.data.previousGroupId === null && state.groupId !== null;
      return assignmentDecider.decide({ type: 'join-group', ...event.data, isVoid }, state);
    }
    case 'AgentLeftGroup':
      return assignmentDecider.decide({ type: 'leave-group', ...event.data }, state);
    case 'AgentLabelsChanged': {
      const { agentId, set, removed, reason } = event.data;
      return assignmentDecider.decide(
        { type: 'change-labels', agentId, set, remove: removed, reason },
        state,
      );
    }
    case 'AgentConfigurationReofferRequested':
      return assignmentDecider.decide({ type: 'request-reoffer', agentId: event.data.agentId }, state);
    default:
      return assertNever(event);
  }
}

export function groupDecidesAgain(state: GroupState, event: GroupEvent): readonly AmporaEvent[] {
  const { groupId } = event.data;
  switch (event.type) {
    case 'GroupCreated':
      return groupDecider.decide({ type: 'create-group', ...event.data }, state);
    case 'GroupDetailsChanged': {
      const { name, description, priority, autoApply } = event.data;
      const changes = { name, description, priority, autoApply };
      return groupDecider.decide({ type: 'edit-group', groupId, changes }, state);
    }
    case 'GroupSelectorChanged': {
      const { mode, selector } = event.data;
      return groupDecider.decide({ type: 'edit-group', groupId, changes: { mode, selector } }, state);
    }
    case 'GroupConfigurationAssigned': {
      const { configurationId, version, contentHash, configHash } = event.data;
      const assigned = { configurationId, version, contentHash, configHash };
      return groupDecider.decide({ type: 'assign-group', groupId, assigned }, state);
    }
    case 'GroupConfigurationUnassigned':
      return groupDecider.decide({ type: 'unassign-group', groupId }, state);
    case 'GroupDeleted':
      return groupDecider.decide({ type: 'delete-group', groupId }, state);
    case 'GroupRestored':
      return groupDecider.decide({ type: 'restore-group', ...event.data }, state);
    default:
      return assertNever(event);
  }
}

/** A name's reservation is decided by its stream alone: `undefined`. */
export function configurationDecidesAgain(
  state: ConfigurationState,
  event: ConfigurationEvent,
): readonly AmporaEvent[] | undefined {
  const command = toConfigurationCommand(state, event);
  return command && configurationDecider.decide(command, state);
}

function toConfigurationCommand(
  state: ConfigurationState,
  event: ConfigurationEvent,
): ConfigurationCommand | undefined {
  const rowVersionOf = (version: number): number => {
    const known = state.status === 'created' ? state.versions.get(version) : undefined;
    return known?.status === 'draft' ? known.rowVersion : 0;
  };
  switch (event.type) {
    case 'ConfigurationNameReserved':
    case 'ConfigurationNameReleased':
      return undefined;
    case 'ConfigurationCreated':
      return { type: 'create-configuration', ...event.data };
    case 'ConfigurationDraftCreated': {
      const { contentHash, sizeBytes, basedOnVersion, source } = event.data;
      const from = source === undefined ? {} : { source };
      return { type: 'create-draft', body: { contentHash, sizeBytes }, basedOnVersion, ...from };
    }
    case 'ConfigurationDraftEdited': {
      const { version, contentHash, sizeBytes, rowVersion, source } = event.data;
      const body = { contentHash, sizeBytes };
      const from = source === undefined ? {} : { source };
      return { type: 'edit-draft', version, rowVersion: rowVersion - 1, body, ...from };
    }
    case 'ConfigurationDraftDiscarded':
      return { type: 'discard-draft', ...event.data };
    case 'ConfigurationVersionPublished': {
      const { version, contentHash, sizeBytes, configHash, notes, semanticHash } = event.data;
      const body = { contentHash, sizeBytes };
      const meaning = semanticHash === undefined ? {} : { semanticHash };
      const rowVersion = rowVersionOf(version);
      return { type: 'publish-draft', version, rowVersion, body, configHash, notes, ...meaning };
    }
    case 'ConfigurationVersionArchived':
      return { type: 'archive-version', ...event.data };
    case 'ConfigurationVersionUnarchived':
      return { type: 'unarchive-version', ...event.data };
    case 'ConfigurationVersionDeleted':
      return { type: 'delete-version', ...event.data };
    case 'ConfigurationTagSet': {
      const { tag, version } = event.data;
      return { type: 'set-tag', tag, version };
    }
    case 'ConfigurationTagRemoved':
      return { type: 'remove-tag', tag: event.data.tag };
    case 'ConfigurationDeleted':
      return { type: 'delete-configuration' };
    default:
      return assertNever(event);
  }
}

export function tenantDecidesAgain(created: boolean, event: TenantEvent): readonly AmporaEvent[] {
  return tenantDecider.decide({ type: 'create-tenant', ...event.data }, { created });
}
