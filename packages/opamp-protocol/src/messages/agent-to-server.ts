import type { AgentConfigMap } from './agent-config-map.ts';
import type { KeyValue } from './any-value.ts';
import type { CustomCapabilities, CustomMessage } from './custom-messages.ts';
import { EmptyRecord, noBytes, noItems } from './empty.ts';

/**
 * A status report. Absent sub-messages are absent properties; scalars are always there, at their default when they were not sent.
 * Which parts are state (kept when absent) and which are events: OpAMP specification, "Status Compression".
 */
export class AgentToServer {
  readonly instanceUid: Uint8Array = noBytes;
  /** uint64 */
  readonly sequenceNum: bigint = 0n;
  /** uint64, bits of AgentCapability */
  readonly capabilities: bigint = 0n;
  /** uint64, bits of AgentToServerFlag */
  readonly flags: bigint = 0n;
  declare readonly agentDescription?: AgentDescription;
  declare readonly health?: ComponentHealth;
  declare readonly effectiveConfig?: EffectiveConfig;
  declare readonly remoteConfigStatus?: RemoteConfigStatus;
  declare readonly packageStatuses?: PackageStatuses;
  declare readonly agentDisconnect?: AgentDisconnect;
  declare readonly connectionSettingsRequest?: ConnectionSettingsRequest;
  declare readonly customCapabilities?: CustomCapabilities;
  declare readonly customMessage?: CustomMessage;
  declare readonly availableComponents?: AvailableComponents;
  declare readonly connectionSettingsStatus?: ConnectionSettingsStatus;
}

/** Has no fields: its presence is the message. */
export class AgentDisconnect {}

export class AgentDescription {
  readonly identifyingAttributes: readonly KeyValue[] = noItems;
  readonly nonIdentifyingAttributes: readonly KeyValue[] = noItems;
}

/** A tree. [beta] */
export class ComponentHealth {
  readonly healthy: boolean = false;
  /** fixed64, nanoseconds since the Unix epoch; 0 while not running */
  readonly startTimeUnixNano: bigint = 0n;
  readonly lastError: string = '';
  readonly status: string = '';
  /** fixed64, nanoseconds since the Unix epoch */
  readonly statusTimeUnixNano: bigint = 0n;
  readonly componentHealthMap: Readonly<Record<string, ComponentHealth>> = new EmptyRecord();
  readonly attributes: readonly KeyValue[] = noItems;
}

export class EffectiveConfig {
  declare readonly configMap?: AgentConfigMap;
}

export class RemoteConfigStatus {
  readonly lastRemoteConfigHash: Uint8Array = noBytes;
  /** One of RemoteConfigStatuses, or a number that is newer than this list. */
  readonly status: number = 0;
  readonly errorMessage: string = '';
}

/** [development] */
export class ConnectionSettingsStatus {
  readonly lastConnectionSettingsHash: Uint8Array = noBytes;
  /** One of ConnectionSettingsStatuses, or a number that is newer than this list. */
  readonly status: number = 0;
  readonly errorMessage: string = '';
}

/** [beta] */
export class PackageStatuses {
  readonly packages: Readonly<Record<string, PackageStatus>> = new EmptyRecord();
  readonly serverProvidedAllPackagesHash: Uint8Array = noBytes;
  readonly errorMessage: string = '';
}

/** [beta] */
export class PackageStatus {
  readonly name: string = '';
  readonly agentHasVersion: string = '';
  readonly agentHasHash: Uint8Array = noBytes;
  readonly serverOfferedVersion: string = '';
  readonly serverOfferedHash: Uint8Array = noBytes;
  /** One of PackageStatusEnum, or a number that is newer than this list. */
  readonly status: number = 0;
  readonly errorMessage: string = '';
  declare readonly downloadDetails?: PackageDownloadDetails;
}

/** Any double, NaN and negative included: the agent is not to be trusted with arithmetic. [development] */
export class PackageDownloadDetails {
  readonly downloadPercent: number = 0;
  readonly downloadBytesPerSecond: number = 0;
}

/** [development] */
export class ConnectionSettingsRequest {
  declare readonly opamp?: OpAMPConnectionSettingsRequest;
}

/** [development] */
export class OpAMPConnectionSettingsRequest {
  declare readonly certificateRequest?: CertificateRequest;
}

/** [development] */
export class CertificateRequest {
  /** PEM */
  readonly csr: Uint8Array = noBytes;
}

/** [development] */
export class AvailableComponents {
  readonly components: Readonly<Record<string, ComponentDetails>> = new EmptyRecord();
  readonly hash: Uint8Array = noBytes;
}

/** A tree. [development] */
export class ComponentDetails {
  readonly metadata: readonly KeyValue[] = noItems;
  readonly subComponentMap: Readonly<Record<string, ComponentDetails>> = new EmptyRecord();
}
