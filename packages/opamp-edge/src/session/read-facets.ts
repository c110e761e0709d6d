import type { AgentCommand } from '@ampora/domain';
import type { AgentToServer } from '@ampora/opamp-protocol';
import { readAgentDescription } from '../inbound/agent-description.ts';
import { type ComponentsReport, readAvailableComponents } from '../inbound/available-components.ts';
import { readConnectionSettingsStatus } from '../inbound/connection-settings-status.ts';
import { readCustomCapabilities } from '../inbound/custom-capabilities.ts';
import { type EffectiveConfigReport, readEffectiveConfig } from '../inbound/effective-config.ts';
import { type HealthReport, readHealth } from '../inbound/health.ts';
import { readPackageStatuses } from '../inbound/package-statuses.ts';
import { readRemoteConfigStatus } from '../inbound/remote-config-status.ts';

/** The facets of a message, thought through. Health and effective config are damped before they are commands. */
export interface Facets {
  readonly commands: AgentCommand[];
  readonly health: HealthReport | undefined;
  readonly effectiveConfig: EffectiveConfigReport | undefined;
  readonly components: ComponentsReport | undefined;
}

export function readFacets(message: AgentToServer): Facets {
  const commands: AgentCommand[] = [];
  if (message.agentDescription) commands.push(readAgentDescription(message.agentDescription));
  if (message.remoteConfigStatus) commands.push(readRemoteConfigStatus(message.remoteConfigStatus));
  if (message.packageStatuses) commands.push(readPackageStatuses(message.packageStatuses));
  if (message.customCapabilities) commands.push(readCustomCapabilities(message.customCapabilities));
  if (message.connectionSettingsStatus)
    commands.push(readConnectionSettingsStatus(message.connectionSettingsStatus));
  return {
    commands,
    health: message.health && readHealth(message.health),
    effectiveConfig: message.effectiveConfig && readEffectiveConfig(message.effectiveConfig),
    components: message.availableComponents && readAvailableComponents(message.availableComponents),
  };
}

/** Nothing but the uid, a number and capabilities. */
export function isHeartbeat(message: AgentToServer): boolean {
  return (
    message.health === undefined &&
    message.agentDescription === undefined &&
    message.effectiveConfig === undefined &&
    message.remoteConfigStatus === undefined &&
    message.agentDisconnect === undefined &&
    message.packageStatuses === undefined &&
    message.customCapabilities === undefined &&
    message.availableComponents === undefined &&
    message.connectionSettingsStatus === undefined &&
    message.flags === 0n
  );
}
