import { AgentCapability, agentCapabilityNames } from '@ampora/opamp-protocol';

/** Every capability that OpAMP defines and whether the agent has it, then the bits it has that OpAMP does not define. */
export function capabilityChips(mask: string | null): { name: string; bit: string; set: boolean }[] {
  const bits = BigInt(mask ?? '0');
  const defined = Object.entries(AgentCapability);
  const names = new Set(defined.map(([name]) => name));
  return [
    ...defined.map(([name, bit]) => ({ name, bit: `0x${bit.toString(16)}`, set: (bits & bit) !== 0n })),
    ...agentCapabilityNames(bits)
      .filter((name) => !names.has(name))
      .map((name) => ({ name, bit: name, set: true })),
  ];
}
