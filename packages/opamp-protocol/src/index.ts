// OpAMP messages, framing, capability bits. No sockets, no protobufjs types: messages are plain shapes with bigint and Uint8Array.

// Decoding. All of it throws MalformedMessage and nothing else.
export {
  createAgentToServerDecoder,
  createServerToAgentDecoder,
  decodeAgentToServer,
  decodeAgentToServerFrame,
  decodeServerToAgent,
  decodeServerToAgentFrame,
} from './decoder.ts';
export type { MessageDecoder } from './decoder.ts';
export { createDecodeLimits, defaultDecodeLimits } from './decode-limits.ts';
export type { DecodeLimits } from './decode-limits.ts';
export { MalformedMessage } from './malformed-message.ts';
export type { MalformedCode } from './malformed-message.ts';

// Encoding. Fields may be left out at any depth.
export {
  addressServerToAgentFrame,
  encodeAgentToServer,
  encodeAgentToServerFrame,
  encodeServerToAgent,
  encodeServerToAgentFrame,
} from './encoder.ts';
export type { MessageInit } from './messages/message-init.ts';

// The WebSocket header alone, for who has the protobuf already.
export { dataOffset, decodeFrame, encodeFrame } from './framing.ts';

// Messages.
export type { AgentConfigFile, AgentConfigMap } from './messages/agent-config-map.ts';
export type {
  AgentDescription,
  AgentDisconnect,
  AgentToServer,
  AvailableComponents,
  CertificateRequest,
  ComponentDetails,
  ComponentHealth,
  ConnectionSettingsRequest,
  ConnectionSettingsStatus,
  EffectiveConfig,
  OpAMPConnectionSettingsRequest,
  PackageDownloadDetails,
  PackageStatus,
  PackageStatuses,
  RemoteConfigStatus,
} from './messages/agent-to-server.ts';
export type { AnyValue, ArrayValue, KeyValue, KeyValueList } from './messages/any-value.ts';
export type { CustomCapabilities, CustomMessage } from './messages/custom-messages.ts';
export type {
  AgentIdentification,
  AgentRemoteConfig,
  ConnectionSettingsOffers,
  DownloadableFile,
  Header,
  Headers,
  OpAMPConnectionSettings,
  OtherConnectionSettings,
  PackageAvailable,
  PackagesAvailable,
  ProxyConnectionSettings,
  RetryInfo,
  ServerErrorResponse,
  ServerToAgent,
  ServerToAgentCommand,
  TelemetryConnectionSettings,
  TLSCertificate,
  TLSConnectionSettings,
} from './messages/server-to-agent.ts';

// Bits and numbers with names.
export {
  AgentCapability,
  agentCapabilityNames,
  hasCapability,
  ServerCapability,
  serverCapabilityNames,
} from './capabilities.ts';
export type { AgentCapabilityName, ServerCapabilityName } from './capabilities.ts';
export {
  CommandType,
  ConnectionSettingsStatuses,
  enumName,
  PackageStatusEnum,
  PackageType,
  RemoteConfigStatuses,
  ServerErrorResponseType,
} from './enums.ts';
export { AgentToServerFlag, hasFlag, ServerToAgentFlag } from './flags.ts';

// Identity and content.
export {
  instanceUidFault,
  instanceUidFromText,
  instanceUidLength,
  instanceUidToText,
  newInstanceUid,
} from './instance-uid.ts';
export type { ConfigFile } from './config-file.ts';
export { remoteConfigHash } from './remote-config-hash.ts';

// Messages to shapes that JSON can hold.
export { agentDescriptionToPlain, anyValueToPlain, attributesToPlain } from './to-plain/attributes.ts';
export type { PlainAgentDescription, PlainValue } from './to-plain/attributes.ts';
export { availableComponentsToPlain } from './to-plain/available-components.ts';
export type { PlainAvailableComponents, PlainComponentDetails } from './to-plain/available-components.ts';
export { componentHealthToPlain } from './to-plain/component-health.ts';
export type { PlainComponentHealth } from './to-plain/component-health.ts';
export { configMapToFiles, effectiveConfigToFiles } from './to-plain/config-files.ts';
export {
  connectionSettingsStatusToPlain,
  packageStatusesToPlain,
  remoteConfigStatusToPlain,
} from './to-plain/statuses.ts';
export type { PlainOfferStatus, PlainPackageStatus, PlainPackageStatuses } from './to-plain/statuses.ts';

// And back, where a client or a server needs it.
export { agentDescriptionFromPlain, anyValueFromPlain, attributesFromPlain } from './to-proto/attributes.ts';
export { availableComponentsFromPlain } from './to-proto/available-components.ts';
export { componentHealthFromPlain } from './to-proto/component-health.ts';
export { filesToConfigMap, filesToRemoteConfig } from './to-proto/config-files.ts';
