import { createHash } from 'node:crypto';
import {
  AgentCapability,
  type ConnectionSettingsOffers,
  hasCapability,
  type MessageInit,
} from '@ampora/opamp-protocol';

/** Where agents are to send what they measure of themselves: the same for all of them. */
export interface OwnMetricsSettings {
  /** Empty: nowhere any more. */
  readonly endpoint: string;
  /** Hex. */
  readonly settingsHash: string;
  readonly connectionSettings: MessageInit<ConnectionSettingsOffers>;
}

export function ownMetricsSettings(endpoint: string): OwnMetricsSettings {
  const hash = createHash('sha256')
    .update(JSON.stringify({ ownMetrics: { destinationEndpoint: endpoint } }))
    .digest();
  return {
    endpoint,
    settingsHash: hash.toString('hex'),
    connectionSettings: { hash, ownMetrics: { destinationEndpoint: endpoint } },
  };
}

/** What a decision about them rests on. */
export interface OwnMetricsView {
  readonly wanted: OwnMetricsSettings;
  readonly capabilities: bigint;
  /** Hash of the settings offered last, on whatever connection; empty when none were, or such as ended it. */
  readonly offered: string;
  /** Hash of the settings that the agent says it has; empty when it does not say. */
  readonly reported: string;
  /** Whether they were offered on this connection. */
  readonly isOfferedHere: boolean;
}

/**
 * Whether they are to be offered now. A Collector restarts when it takes them, and most say nothing about it: so once, as the log has it,
 * and again only to an agent that says that it has others.
 */
export function isOwnMetricsDue(view: OwnMetricsView): boolean {
  const { wanted, capabilities, offered, reported } = view;
  if (!hasCapability(capabilities, AgentCapability.ReportsOwnMetrics)) return false;
  if (offered !== (wanted.endpoint === '' ? '' : wanted.settingsHash)) return true;
  return (
    offered !== '' &&
    hasCapability(capabilities, AgentCapability.ReportsConnectionSettingsStatus) &&
    reported !== '' &&
    reported !== wanted.settingsHash &&
    !view.isOfferedHere
  );
}
