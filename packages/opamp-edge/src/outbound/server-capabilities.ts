import { ServerCapability } from '@ampora/opamp-protocol';

/** What this server really does, and nothing else. */
export const serverCapabilities: bigint =
  ServerCapability.AcceptsStatus |
  ServerCapability.OffersRemoteConfig |
  ServerCapability.AcceptsEffectiveConfig |
  ServerCapability.AcceptsPackagesStatus;
