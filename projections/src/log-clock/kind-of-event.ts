import type { AmporaEventType } from '@ampora/catalogue';
import type { Stamped } from '../engine/projection.ts';

const byPeople: ReadonlySet<string> = new Set(['Viewer', 'Operator', 'Admin']);

/** Decisions, whoever took them: what an agent is told to run, and what there is to be told. */
const decisions: ReadonlySet<AmporaEventType> = new Set([
  'ConfigurationCreated',
  'ConfigurationDraftCreated',
  'ConfigurationDraftEdited',
  'ConfigurationDraftDiscarded',
  'ConfigurationVersionPublished',
  'ConfigurationVersionArchived',
  'ConfigurationVersionUnarchived',
  'ConfigurationVersionDeleted',
  'ConfigurationTagSet',
  'ConfigurationTagRemoved',
  'ConfigurationDeleted',
  'AgentConfigurationAssigned',
  'AgentConfigurationUnassigned',
  'FleetConfigurationAssigned',
  'FleetConfigurationUnassigned',
  'AgentJoinedGroup',
  'AgentLeftGroup',
  'AgentLabelsChanged',
  'AgentConfigurationReofferRequested',
  'BulkActionPerformed',
  'GroupCreated',
  'GroupDetailsChanged',
  'GroupSelectorChanged',
  'GroupConfigurationAssigned',
  'GroupConfigurationUnassigned',
  'GroupDeleted',
  'GroupRestored',
  'LintRuleDefined',
  'LintRuleChanged',
  'LintRuleSettingChanged',
  'LintRuleRemoved',
]);

export function isChange(event: Stamped): boolean {
  return decisions.has(event.type) || byPeople.has(event.metadata.actorRole);
}

/** Something that an operator would want to see: unhealthy, a refused configuration, lost, flapping. */
export function isTrouble(event: Stamped): boolean {
  switch (event.type) {
    case 'AgentHealthReported':
      return !event.data.health.healthy;
    case 'AgentHealthFlapping':
      return !event.data.settled || !event.data.health.healthy;
    case 'AgentConnectionFlapping':
      return !event.data.settled;
    case 'AgentDisconnected':
      return event.data.reason !== 'goodbye' && event.data.reason !== 'shutdown';
    case 'AgentRemoteConfigStatusReported':
    case 'AgentConnectionSettingsStatusReported':
      return event.data.status === 'failed';
    case 'AgentPackageStatusesReported':
      return event.data.errorMessage !== '' || event.data.packages.some((one) => one.errorMessage !== '');
    default:
      return false;
  }
}

/** Types of which at least one event may be trouble. */
export const troubleTypes: readonly AmporaEventType[] = [
  'AgentHealthReported',
  'AgentHealthFlapping',
  'AgentConnectionFlapping',
  'AgentDisconnected',
  'AgentRemoteConfigStatusReported',
  'AgentConnectionSettingsStatusReported',
  'AgentPackageStatusesReported',
];
