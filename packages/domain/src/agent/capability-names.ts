/** What the specification calls the bits of an agent's capabilities, the lowest first (AgentCapabilities). */
const names = [
  'ReportsStatus',
  'AcceptsRemoteConfig',
  'ReportsEffectiveConfig',
  'AcceptsPackages',
  'ReportsPackageStatuses',
  'ReportsOwnTraces',
  'ReportsOwnMetrics',
  'ReportsOwnLogs',
  'AcceptsOpAMPConnectionSettings',
  'AcceptsOtherConnectionSettings',
  'AcceptsRestartCommand',
  'ReportsHealth',
  'ReportsRemoteConfig',
  'ReportsHeartbeat',
  'ReportsAvailableComponents',
  'ReportsConnectionSettingsStatus',
] as const;

const known = new Map<string, readonly string[]>();
const mostKnown = 1_000;

/** Names of the bits that are set, of a mask as decimal text; bits that have no name yet are left out. */
export function capabilityNames(mask: string | null): readonly string[] {
  if (mask === null) return [];
  const found = known.get(mask);
  if (found) return found;
  const bits = BigInt(mask);
  const made = names.filter((_, bit) => (bits >> BigInt(bit)) % 2n === 1n);
  if (known.size < mostKnown) known.set(mask, made);
  return made;
}
