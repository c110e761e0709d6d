import { ServerCapability } from '@ampora/opamp-protocol';

/** What this server really does, and nothing else. */
const serverCapabilities: bigint =
  ServerCapability.AcceptsStatus |
  ServerCapability.OffersRemoteConfig |
  ServerCapability.AcceptsEffectiveConfig |
  ServerCapability.AcceptsPackagesStatus;

export function serverCapabilitiesWith({ ownMetrics }: { readonly ownMetrics: boolean }): bigint {
  return ownMetrics ? serverCapabilities | ServerCapability.OffersConnectionSettings : serverCapabilities;
}
