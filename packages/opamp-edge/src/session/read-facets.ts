import { storeContent } from '@ampora/application';
import type { StreamAppend } from '@ampora/application/ports';
import type { AgentCommand } from '@ampora/domain';
import type { EventMetadata } from '@ampora/kernel';
import type { AgentToServer } from '@ampora/opamp-protocol';
import { readAgentDescription } from '../inbound/agent-description.ts';
import { type ComponentsReport, readAvailableComponents } from '../inbound/available-components.ts';
import { readConnectionSettingsStatus } from '../inbound/connection-settings-status.ts';
import { readCustomCapabilities } from '../inbound/custom-capabilities.ts';
import { readEffectiveConfig } from '../inbound/effective-config.ts';
import { type HealthReport, readHealth } from '../inbound/health.ts';
import { readPackageStatuses } from '../inbound/package-statuses.ts';
import { readRemoteConfigStatus } from '../inbound/remote-config-status.ts';

/** The facets of a message, thought through. */
export interface Facets {
  readonly commands: AgentCommand[];
  /** Bodies that the commands refer to and that are not known to be stored. */
  readonly before: StreamAppend[];
  readonly contentHashes: string[];
  readonly health: HealthReport | undefined;
  readonly components: ComponentsReport | undefined;
}

export interface ReadFacetsOptions {
  readonly metadata: EventMetadata;
  /** Digest of the effective config that is known: the bodies of the same one need no second look. */
  readonly knownEffectiveConfig: string;
  readonly contentIsKnown: (contentHash: string) => boolean;
}

export function readFacets(message: AgentToServer, options: ReadFacetsOptions): Facets {
  const commands: AgentCommand[] = [];
  const before: StreamAppend[] = [];
  const contentHashes: string[] = [];
  if (message.agentDescription) commands.push(readAgentDescription(message.agentDescription));
  if (message.effectiveConfig) {
    const { command, bodies } = readEffectiveConfig(message.effectiveConfig);
    commands.push(command);
    if (command.digest !== options.knownEffectiveConfig) {
      for (const [contentHash, body] of bodies) {
        if (options.contentIsKnown(contentHash)) continue;
        before.push(...storeContent(body, options.metadata).appends);
        contentHashes.push(contentHash);
      }
    }
  }
  if (message.remoteConfigStatus) commands.push(readRemoteConfigStatus(message.remoteConfigStatus));
  if (message.packageStatuses) commands.push(readPackageStatuses(message.packageStatuses));
  if (message.customCapabilities) commands.push(readCustomCapabilities(message.customCapabilities));
  if (message.connectionSettingsStatus)
    commands.push(readConnectionSettingsStatus(message.connectionSettingsStatus));
  return {
    commands,
    before,
    contentHashes,
    health: message.health && readHealth(message.health),
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
