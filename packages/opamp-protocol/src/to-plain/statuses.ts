import { bytesToHex } from '../bytes-text.ts';
import { ConnectionSettingsStatuses, enumName, PackageStatusEnum, RemoteConfigStatuses } from '../enums.ts';
import type {
  ConnectionSettingsStatus,
  PackageStatus,
  PackageStatuses,
  RemoteConfigStatus,
} from '../messages/agent-to-server.ts';
import { toPlainRecord } from './plain-record.ts';
import { toPlainText } from './plain-text.ts';

/** The outcome of a remote config or of a connection settings offer. */
export interface PlainOfferStatus {
  /** Hexadecimal; empty when the agent has received none. */
  readonly hash: string;
  /** UNSET, APPLIED, APPLYING or FAILED; a number as text when it is newer than these. */
  readonly status: string;
  readonly errorMessage: string;
}

export interface PlainPackageStatus {
  readonly agentHasVersion: string;
  /** Hexadecimal */
  readonly agentHasHash: string;
  readonly serverOfferedVersion: string;
  /** Hexadecimal */
  readonly serverOfferedHash: string;
  /** A name of PackageStatusEnum; a number as text when it is newer than these. */
  readonly status: string;
  readonly errorMessage: string;
  /** Null when not sent, or when the number is not finite. */
  readonly downloadPercent: number | null;
  readonly downloadBytesPerSecond: number | null;
}

export interface PlainPackageStatuses {
  /** Hexadecimal */
  readonly serverProvidedAllPackagesHash: string;
  readonly errorMessage: string;
  /** By the map's key, whatever the `name` inside says. */
  readonly packages: Record<string, PlainPackageStatus>;
}

export function remoteConfigStatusToPlain(status: RemoteConfigStatus): PlainOfferStatus {
  return {
    hash: bytesToHex(status.lastRemoteConfigHash),
    status: enumName(RemoteConfigStatuses, status.status),
    errorMessage: toPlainText(status.errorMessage),
  };
}

export function connectionSettingsStatusToPlain(status: ConnectionSettingsStatus): PlainOfferStatus {
  return {
    hash: bytesToHex(status.lastConnectionSettingsHash),
    status: enumName(ConnectionSettingsStatuses, status.status),
    errorMessage: toPlainText(status.errorMessage),
  };
}

export function packageStatusesToPlain(statuses: PackageStatuses): PlainPackageStatuses {
  return {
    serverProvidedAllPackagesHash: bytesToHex(statuses.serverProvidedAllPackagesHash),
    errorMessage: toPlainText(statuses.errorMessage),
    packages: toPlainRecord(statuses.packages, packageStatusToPlain),
  };
}

function packageStatusToPlain(status: PackageStatus): PlainPackageStatus {
  return {
    agentHasVersion: toPlainText(status.agentHasVersion),
    agentHasHash: bytesToHex(status.agentHasHash),
    serverOfferedVersion: toPlainText(status.serverOfferedVersion),
    serverOfferedHash: bytesToHex(status.serverOfferedHash),
    status: enumName(PackageStatusEnum, status.status),
    errorMessage: toPlainText(status.errorMessage),
    downloadPercent: finiteOrNull(status.downloadDetails?.downloadPercent),
    downloadBytesPerSecond: finiteOrNull(status.downloadDetails?.downloadBytesPerSecond),
  };
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
