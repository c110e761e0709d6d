import type { AgentConnection, ReplyTarget } from './agent-connection.ts';

/** An answer that is owed. Answers of one agent go out in the order of its messages. */
export interface ReplySlot {
  readonly target: ReplyTarget;
  readonly connection: AgentConnection;
  /** As in the message: it is echoed, also when it has been replaced meanwhile. */
  readonly instanceUid: Uint8Array;
  readonly sequenceNum: bigint;
  readonly receivedAtMs: number;
  flags: bigint;
  newInstanceUid: Uint8Array | undefined;
  /** Things that must be durable first. */
  pending: number;
  failed: 'unavailable' | 'unknown' | undefined;
}
