import type { AgentConfigMap } from './agent-config-map.ts';
import type { CustomCapabilities, CustomMessage } from './custom-messages.ts';
import { EmptyRecord, noBytes, noItems } from './empty.ts';

/** An answer or a push. Absent sub-messages are absent properties; scalars are always there, at their default when they were not sent. */
export class ServerToAgent {
  readonly instanceUid: Uint8Array = noBytes;
  /** uint64, bits of ServerToAgentFlag */
  readonly flags: bigint = 0n;
  /** uint64, bits of ServerCapability */
  readonly capabilities: bigint = 0n;
  declare readonly errorResponse?: ServerErrorResponse;
  declare readonly remoteConfig?: AgentRemoteConfig;
  declare readonly connectionSettings?: ConnectionSettingsOffers;
  declare readonly packagesAvailable?: PackagesAvailable;
  declare readonly agentIdentification?: AgentIdentification;
  declare readonly command?: ServerToAgentCommand;
  declare readonly customCapabilities?: CustomCapabilities;
  declare readonly customMessage?: CustomMessage;
}

export class ServerErrorResponse {
  /** One of ServerErrorResponseType, or a number that is newer than this list. */
  readonly type: number = 0;
  readonly errorMessage: string = '';
  declare readonly retryInfo?: RetryInfo;
}

export class RetryInfo {
  /** uint64 */
  readonly retryAfterNanoseconds: bigint = 0n;
}

export class AgentIdentification {
  readonly newInstanceUid: Uint8Array = noBytes;
}

/** Restart is 0, so a restart command is an empty message: its presence is the command. [beta] */
export class ServerToAgentCommand {
  /** One of CommandType, or a number that is newer than this list. */
  readonly type: number = 0;
}

export class AgentRemoteConfig {
  declare readonly config?: AgentConfigMap;
  readonly configHash: Uint8Array = noBytes;
}

/** [beta] */
export class ConnectionSettingsOffers {
  readonly hash: Uint8Array = noBytes;
  declare readonly opamp?: OpAMPConnectionSettings;
  declare readonly ownMetrics?: TelemetryConnectionSettings;
  declare readonly ownTraces?: TelemetryConnectionSettings;
  declare readonly ownLogs?: TelemetryConnectionSettings;
  readonly otherConnections: Readonly<Record<string, OtherConnectionSettings>> = new EmptyRecord();
}

/** [beta] */
export class OpAMPConnectionSettings {
  readonly destinationEndpoint: string = '';
  declare readonly headers?: Headers;
  declare readonly certificate?: TLSCertificate;
  /** uint64; 0 and "not set" look the same on the wire */
  readonly heartbeatIntervalSeconds: bigint = 0n;
  declare readonly tls?: TLSConnectionSettings;
  declare readonly proxy?: ProxyConnectionSettings;
}

/** [beta] */
export class TelemetryConnectionSettings {
  readonly destinationEndpoint: string = '';
  declare readonly headers?: Headers;
  declare readonly certificate?: TLSCertificate;
  declare readonly tls?: TLSConnectionSettings;
  declare readonly proxy?: ProxyConnectionSettings;
}

/** [beta] */
export class OtherConnectionSettings {
  readonly destinationEndpoint: string = '';
  declare readonly headers?: Headers;
  declare readonly certificate?: TLSCertificate;
  readonly otherSettings: Readonly<Record<string, string>> = new EmptyRecord();
  declare readonly tls?: TLSConnectionSettings;
  declare readonly proxy?: ProxyConnectionSettings;
}

/** [development] */
export class TLSConnectionSettings {
  readonly caPemContents: string = '';
  readonly includeSystemCaCertsPool: boolean = false;
  readonly insecureSkipVerify: boolean = false;
  readonly minVersion: string = '';
  readonly maxVersion: string = '';
  readonly cipherSuites: readonly string[] = noItems;
}

/** [development] */
export class ProxyConnectionSettings {
  readonly url: string = '';
  declare readonly connectHeaders?: Headers;
}

/** [beta] */
export class Headers {
  readonly headers: readonly Header[] = noItems;
}

/** [beta] */
export class Header {
  readonly key: string = '';
  readonly value: string = '';
}

/** All PEM. [beta] */
export class TLSCertificate {
  readonly cert: Uint8Array = noBytes;
  readonly privateKey: Uint8Array = noBytes;
  readonly caCert: Uint8Array = noBytes;
}

/** [beta] */
export class PackagesAvailable {
  readonly packages: Readonly<Record<string, PackageAvailable>> = new EmptyRecord();
  readonly allPackagesHash: Uint8Array = noBytes;
}

/** [beta] */
export class PackageAvailable {
  /** One of PackageType, or a number that is newer than this list. */
  readonly type: number = 0;
  readonly version: string = '';
  declare readonly file?: DownloadableFile;
  readonly hash: Uint8Array = noBytes;
}

/** [beta] */
export class DownloadableFile {
  readonly downloadUrl: string = '';
  /** SHA-256 of the file */
  readonly contentHash: Uint8Array = noBytes;
  readonly signature: Uint8Array = noBytes;
  declare readonly headers?: Headers;
}
