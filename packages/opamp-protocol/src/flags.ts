/** Bits of `AgentToServer.flags`. Each is an event of its message, never state. */
export const AgentToServerFlag = Object.freeze({
  /** The uid is provisional: answer with `agentIdentification`. */
  RequestInstanceUid: 0x1n,
} as const);

/** Bits of `ServerToAgent.flags`. */
export const ServerToAgentFlag = Object.freeze({
  /** Send every part of the status in the next message. */
  ReportFullState: 0x1n,
  /** Send the component map, not only its hash. [development] */
  ReportAvailableComponents: 0x2n,
} as const);

/** Whether all bits of `flag` are in `bits`. */
export function hasFlag(bits: bigint, flag: bigint): boolean {
  return (bits & flag) === flag;
}
