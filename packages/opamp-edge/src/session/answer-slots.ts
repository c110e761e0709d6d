import { encodeServerToAgent } from '@ampora/opamp-protocol';
import type { OwnMetricsSettings } from '../outbound/own-metrics.ts';
import type { Offer } from '../push/offer.ts';
import type { AgentConnection } from './agent-connection.ts';
import type { ReplySlot } from './reply-slot.ts';

/** Answers that are owed, in the order of the messages: none goes before the one ahead of it. */
export class AnswerSlots {
  readonly #capabilities: bigint;
  #slots: ReplySlot[] = [];
  /** On this connection the agent has been told what this server can do. */
  hasGreeted = false;

  constructor(capabilities: bigint) {
    this.#capabilities = capabilities;
  }

  get isEmpty(): boolean {
    return this.#slots.length === 0;
  }

  open(slot: ReplySlot): void {
    this.#slots.push(slot);
  }

  /** The next answer that waits for nothing more. */
  takeReady(): ReplySlot | undefined {
    return this.#slots[0]?.pending === 0 ? this.#slots.shift() : undefined;
  }

  fail(why: 'unavailable' | 'unknown'): void {
    for (const slot of this.#slots) {
      slot.failed = why;
      slot.pending = 0;
    }
  }

  /** Sends an answer with what it has to carry. False when there is nobody left to read it. */
  answer(
    { target, connection, instanceUid, flags, newInstanceUid }: ReplySlot,
    { offer, ownMetrics }: AnswerParts = {},
  ): boolean {
    const greets = !this.hasGreeted || connection.transport === 'http';
    if (!greets && flags === 0n && !newInstanceUid && !offer && !ownMetrics) {
      target.acknowledge(instanceUid);
      return true;
    }
    this.hasGreeted = true;
    const head = encodeServerToAgent({
      instanceUid,
      flags,
      capabilities: greets ? this.#capabilities : 0n,
      agentIdentification: newInstanceUid && { newInstanceUid },
      connectionSettings: ownMetrics?.connectionSettings,
    });
    return target.reply({ head, shared: offer?.shared });
  }

  /** Sends an offer that answers nothing. False when the peer does not read fast enough. */
  push(connection: AgentConnection, instanceUid: Uint8Array, offer: Offer): boolean {
    const head = this.hasGreeted
      ? encodeUid(instanceUid)
      : encodeServerToAgent({ instanceUid, capabilities: this.#capabilities });
    if (!connection.push({ head, shared: offer.shared })) return false;
    this.hasGreeted = true;
    return true;
  }
}

/** What an answer carries beside itself. */
export interface AnswerParts {
  readonly offer?: Offer | undefined;
  readonly ownMetrics?: OwnMetricsSettings | undefined;
}

/** ServerToAgent with nothing but its uid. */
function encodeUid(instanceUid: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(18);
  bytes[0] = 0x0a;
  bytes[1] = 16;
  bytes.set(instanceUid, 2);
  return bytes;
}
