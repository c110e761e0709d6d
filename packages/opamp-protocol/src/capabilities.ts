/** Bits of `AgentToServer.capabilities`: what the agent reports and accepts (OpAMP, "AgentToServer.capabilities"). */
export const AgentCapability = Object.freeze({
  ReportsStatus: 0x1n,
  AcceptsRemoteConfig: 0x2n,
  ReportsEffectiveConfig: 0x4n,
  AcceptsPackages: 0x8n,
  ReportsPackageStatuses: 0x10n,
  ReportsOwnTraces: 0x20n,
  ReportsOwnMetrics: 0x40n,
  ReportsOwnLogs: 0x80n,
  AcceptsOpAMPConnectionSettings: 0x100n,
  AcceptsOtherConnectionSettings: 0x200n,
  AcceptsRestartCommand: 0x400n,
  ReportsHealth: 0x800n,
  ReportsRemoteConfig: 0x1000n,
  ReportsHeartbeat: 0x2000n,
  ReportsAvailableComponents: 0x4000n,
  ReportsConnectionSettingsStatus: 0x8000n,
} as const);

/** Bits of `ServerToAgent.capabilities`: what the server offers and accepts. */
export const ServerCapability = Object.freeze({
  AcceptsStatus: 0x1n,
  OffersRemoteConfig: 0x2n,
  AcceptsEffectiveConfig: 0x4n,
  OffersPackages: 0x8n,
  AcceptsPackagesStatus: 0x10n,
  OffersConnectionSettings: 0x20n,
  AcceptsConnectionSettingsRequest: 0x40n,
} as const);

export type AgentCapabilityName = keyof typeof AgentCapability;
export type ServerCapabilityName = keyof typeof ServerCapability;

/** Whether all bits of `capability` are in `bits`. */
export function hasCapability(bits: bigint, capability: bigint): boolean {
  return (bits & capability) === capability;
}

/** The names of the bits set, lowest first; a bit without a name as hexadecimal, such as `0x10000`. */
export function agentCapabilityNames(bits: bigint): string[] {
  return bitNames(AgentCapability, bits);
}

/** The names of the bits set, lowest first; a bit without a name as hexadecimal, such as `0x80`. */
export function serverCapabilityNames(bits: bigint): string[] {
  return bitNames(ServerCapability, bits);
}

function bitNames(twin: Readonly<Record<string, bigint>>, bits: bigint): string[] {
  const nameOf = new Map(Object.entries(twin).map(([name, bit]) => [bit, name]));
  const names: string[] = [];
  for (let bit = 1n, rest = BigInt.asUintN(64, bits); rest !== 0n; bit <<= 1n, rest >>= 1n) {
    if ((rest & 1n) !== 0n) names.push(nameOf.get(bit) ?? `0x${bit.toString(16)}`);
  }
  return names;
}
