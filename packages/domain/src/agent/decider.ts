import type { AgentEvent } from '@ampora/catalogue';
import { assertNever, type Decider } from '@ampora/kernel';
import { aliasInstanceUid, type AliasInstanceUid } from './alias-instance-uid.ts';
import { enrolAgent, type EnrolAgent } from './enrol-agent.ts';
import { reassignInstanceUid, type ReassignInstanceUid } from './reassign-instance-uid.ts';
import { recordAvailableComponents, type RecordAvailableComponents } from './record-available-components.ts';
import { recordCapabilities, type RecordCapabilities } from './record-capabilities.ts';
import { recordConnectionFlapping, type RecordConnectionFlapping } from './record-connection-flapping.ts';
import {
  recordConnectionSettingsStatus,
  type RecordConnectionSettingsStatus,
} from './record-connection-settings-status.ts';
import { recordConnection, type RecordConnection } from './record-connection.ts';
import { recordCustomCapabilities, type RecordCustomCapabilities } from './record-custom-capabilities.ts';
import { recordDescription, type RecordDescription } from './record-description.ts';
import { recordDisconnection, type RecordDisconnection } from './record-disconnection.ts';
import { recordEffectiveConfig, type RecordEffectiveConfig } from './record-effective-config.ts';
import { recordHealthFlapping, type RecordHealthFlapping } from './record-health-flapping.ts';
import { recordHealth, type RecordHealth } from './record-health.ts';
import { recordOwnMetricsOffer, type RecordOwnMetricsOffer } from './record-own-metrics-offer.ts';
import { recordPackageStatuses, type RecordPackageStatuses } from './record-package-statuses.ts';
import { recordRemoteConfigOffer, type RecordRemoteConfigOffer } from './record-remote-config-offer.ts';
import { recordRemoteConfigStatus, type RecordRemoteConfigStatus } from './record-remote-config-status.ts';
import { evolveAgent } from './evolve.ts';
import { type AgentState, unknownAgent } from './state.ts';

export type AgentCommand =
  | AliasInstanceUid
  | EnrolAgent
  | ReassignInstanceUid
  | RecordAvailableComponents
  | RecordCapabilities
  | RecordConnectionFlapping
  | RecordConnectionSettingsStatus
  | RecordConnection
  | RecordCustomCapabilities
  | RecordDescription
  | RecordDisconnection
  | RecordEffectiveConfig
  | RecordHealthFlapping
  | RecordHealth
  | RecordOwnMetricsOffer
  | RecordPackageStatuses
  | RecordRemoteConfigOffer
  | RecordRemoteConfigStatus;

export const agentDecider: Decider<AgentState, AgentCommand, AgentEvent> = {
  initial: unknownAgent,
  decide,
  evolve: evolveAgent,
};

function decide(command: AgentCommand, state: AgentState): readonly AgentEvent[] {
  switch (command.type) {
    case 'alias-instance-uid':
      return aliasInstanceUid(command, state);
    case 'enrol-agent':
      return enrolAgent(command, state);
    case 'reassign-instance-uid':
      return reassignInstanceUid(command, state);
    case 'record-available-components':
      return recordAvailableComponents(command, state);
    case 'record-capabilities':
      return recordCapabilities(command, state);
    case 'record-connection-flapping':
      return recordConnectionFlapping(command, state);
    case 'record-connection-settings-status':
      return recordConnectionSettingsStatus(command, state);
    case 'record-connection':
      return recordConnection(command, state);
    case 'record-custom-capabilities':
      return recordCustomCapabilities(command, state);
    case 'record-description':
      return recordDescription(command, state);
    case 'record-disconnection':
      return recordDisconnection(command, state);
    case 'record-effective-config':
      return recordEffectiveConfig(command, state);
    case 'record-health-flapping':
      return recordHealthFlapping(command, state);
    case 'record-health':
      return recordHealth(command, state);
    case 'record-own-metrics-offer':
      return recordOwnMetricsOffer(command, state);
    case 'record-package-statuses':
      return recordPackageStatuses(command, state);
    case 'record-remote-config-offer':
      return recordRemoteConfigOffer(command, state);
    case 'record-remote-config-status':
      return recordRemoteConfigStatus(command, state);
    default:
      return assertNever(command);
  }
}
