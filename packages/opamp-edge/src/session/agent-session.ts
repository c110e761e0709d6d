import { agentIdOf, type LoadedAgent } from '@ampora/application';
import { EventLogUnavailable } from '@ampora/application/ports';
import type { AgentState } from '@ampora/domain';
import {
  AgentCapability,
  type AgentToServer,
  hasCapability,
  instanceUidToText,
} from '@ampora/opamp-protocol';
import type { DecidedNow } from '../push/wanted-configs.ts';
import type { AgentConnection, ReplyTarget } from './agent-connection.ts';
import { AgentFacts, type FactsOwner } from './agent-facts.ts';
import { AgentInbound, type Speaker } from './agent-inbound.ts';
import { AgentLink, type DisconnectReason } from './agent-link.ts';
import { AgentOutbound } from './agent-outbound.ts';
import { type Letter, Mailbox } from './mailbox.ts';
import type { SessionContext } from './session-context.ts';

const RELOAD_MS = 2_000;

/**
 * One agent at this edge, from being read from the log to being forgotten. Messages that come while it is read wait; what the log could not
 * take is given up, and the agent read again. What messages mean is `AgentInbound`'s, what goes back `AgentOutbound`'s.
 */
export class AgentSession implements FactsOwner, Speaker {
  readonly #context: SessionContext<AgentSession>;
  /** UUID text of the uid it was first met under. */
  readonly firstUid: string;
  agentId: string;
  /** Bytes of the uid it used last; what the connection compares with. */
  uid: Uint8Array;
  lastSeenMs = 0;
  /** Last sighting handed to the presence sink. */
  presentedMs = 0;

  #phase: 'loading' | 'ready' | 'failed' = 'loading';
  #timer: NodeJS.Timeout | undefined = undefined;
  readonly #mailbox = new Mailbox();
  readonly #facts: AgentFacts;
  readonly #link: AgentLink;
  readonly #outbound: AgentOutbound;
  readonly #inbound: AgentInbound;

  constructor(context: SessionContext<AgentSession>, uid: Uint8Array) {
    this.#context = context;
    this.uid = uid;
    this.firstUid = instanceUidToText(uid);
    this.agentId = agentIdOf(context.tenant, this.firstUid);
    const facts = (this.#facts = new AgentFacts(context, this));
    const link = (this.#link = new AgentLink(context.edgeInstance));
    const reschedule = () => {
      this.#schedule();
    };
    const outbound = (this.#outbound = new AgentOutbound({ context, facts, link, self: this, reschedule }));
    const alias = (instanceUid: Uint8Array) => {
      context.alias(instanceUid, this);
    };
    this.#inbound = new AgentInbound({ context, self: this, facts, link, outbound, alias });
  }

  get state(): AgentState {
    return this.#facts.state;
  }

  get connection(): AgentConnection | undefined {
    return this.#link.connection;
  }

  get remoteAddress(): string {
    return this.#link.connection?.remoteAddress ?? '';
  }

  get isReady(): boolean {
    return this.#phase === 'ready';
  }

  /** Nothing would be lost by forgetting it. */
  get isIdle(): boolean {
    const { answers, offers } = this.#outbound;
    const owesNothing = answers.isEmpty && this.#facts.isIdle && !offers.hasUnrecorded;
    return owesNothing && !this.connection && !this.#timer && this.#phase !== 'loading';
  }

  /** Neither a message nor, from an agent that promised no heartbeats, any other sign of life. */
  isSilent(nowMs: number, windowMs: number): boolean {
    if (nowMs - this.lastSeenMs < windowMs || !this.isReady) return false;
    const { connection } = this;
    const promised = hasCapability(this.#outbound.capabilities, AgentCapability.ReportsHeartbeat);
    if (connection?.transport === 'http' || promised) return true;
    return nowMs - (connection?.heardMs ?? 0) >= windowMs;
  }

  // Messages

  receive(message: AgentToServer, sizeBytes: number, target: ReplyTarget, connection: AgentConnection): void {
    const nowMs = Date.now();
    this.lastSeenMs = nowMs;
    if (!this.isReady) {
      this.#mailbox.put({ message, sizeBytes, target, connection });
      if (this.#phase === 'failed') this.#load();
      return;
    }
    if (this.#inbound.isPlainHeartbeat(message, connection)) {
      this.#inbound.lastSequence = message.sequenceNum;
      target.acknowledge(message.instanceUid);
      return;
    }
    this.#take({ message, sizeBytes, target, connection }, nowMs);
  }

  /** What breaks for one message breaks for this agent's open messages, and for nobody else. */
  #take(letter: Letter, nowMs: number): void {
    try {
      this.#inbound.take(letter, nowMs);
      if (letter.message.agentDisconnect) this.disconnected(letter.connection, 'goodbye', nowMs);
      this.#schedule();
      this.#outbound.flush();
    } catch (error) {
      this.factsFailed(error);
    }
  }

  /** The connection ended, or nothing more is expected from it. Says nothing if another has taken its place. */
  disconnected(connection: AgentConnection, reason: DisconnectReason, nowMs = Date.now()): void {
    if (!this.#link.closed(connection, reason)) return;
    this.#context.fullState.forget(this);
    if (!this.isReady) return;
    this.#link.observeDown(nowMs);
    this.#schedule();
  }

  // Time

  /** One timer per agent, and only while something is due. */
  #schedule(): void {
    const { health, configs } = this.#inbound;
    const dueMs = Math.min(this.#link.dueMs, health.dueMs, configs.dueMs, this.#outbound.question.dueMs);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (dueMs === Infinity || !this.isReady) return;
    const delayMs = Math.max(1, dueMs - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#elapse(Date.now());
    }, delayMs).unref();
  }

  #elapse(nowMs: number): void {
    this.#facts.submitAside(this.#link.elapse(this.state, nowMs));
    this.#inbound.elapse(nowMs);
    this.#outbound.expire(nowMs);
    this.#schedule();
    this.#outbound.flush();
  }

  /** States what damping holds back, at once: this process is about to end. */
  settle(): void {
    if (!this.isReady) return;
    this.recordOffer();
    this.#elapse(Date.now() + 1_000);
  }

  // The log

  factsStored(): void {
    this.#outbound.flush();
  }

  factsConflicted(): void {
    this.#load();
  }

  /** What was in memory is not what the log says: begin again from there, and ask for what may have been missed. */
  factsFailed(error: unknown): void {
    this.#context.logger.warn('Reports could not be stored', { agentId: this.agentId, error: String(error) });
    this.#outbound.answers.fail(error instanceof EventLogUnavailable ? 'unavailable' : 'unknown');
    this.#inbound.discard();
    this.#facts.discard();
    this.#phase = 'failed';
    clearTimeout(this.#timer);
    const load = () => {
      this.#timer = undefined;
      if (this.#phase === 'failed') this.#load();
    };
    this.#timer = setTimeout(load, RELOAD_MS * (1 + Math.random())).unref();
    this.#outbound.flush();
  }

  #load(): void {
    this.#phase = 'loading';
    this.#context.load(this);
  }

  /** The log's answer. */
  loaded(loaded: LoadedAgent): void {
    const nowMs = Date.now();
    this.#phase = 'ready';
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#outbound.offers.decided(loaded);
    if (!this.#facts.reload(loaded)) this.#resume(nowMs);
    for (const letter of this.#mailbox.empty()) {
      if (this.isReady) this.#take(letter, nowMs);
      else this.#mailbox.put(letter);
    }
    this.#schedule();
    this.#outbound.flush();
  }

  #resume(nowMs: number): void {
    const { state } = this;
    if (state.status !== 'enrolled') return;
    const { offers, question } = this.#outbound;
    this.#outbound.capabilities = BigInt(state.capabilities || '0');
    this.#inbound.health.resume(state.health, nowMs);
    question.startFromLog();
    offers.isDue = true;
    const { componentsHash, componentsContent } = state;
    if (componentsContent !== null) this.#context.components.learn(componentsHash, componentsContent);
    this.#facts.submitAside([...offers.takeUnrecorded(), ...this.#link.resume(state, nowMs)]);
    // Neither a first message nor one that waits: the agent was here before, and what it said then was lost.
    if (this.#inbound.lastSequence !== undefined || this.lastSeenMs === 0 || !this.#mailbox.isEmpty) return;
    if (this.connection) question.owe(this, nowMs);
    else this.#link.observeDown(nowMs);
  }

  loadFailed(error: unknown): void {
    const why = { agentId: this.agentId, error: String(error) };
    this.#context.logger.warn('An agent could not be read from the log', why);
    for (const { target, message } of this.#mailbox.empty())
      target.refuse(message.instanceUid, 'unavailable');
    this.factsFailed(error);
  }

  /** Hands what waits here to the session of the agent that this uid was given to. */
  handOver(to: AgentSession): void {
    this.#phase = 'ready';
    for (const { message, sizeBytes, target, connection } of this.#mailbox.empty())
      to.receive(message, sizeBytes, target, connection);
  }

  // What others tell it

  /** Its turn has come to be asked, without a message of its own. */
  askFullStateUnprompted(): void {
    const { connection } = this;
    if (!connection) return;
    if (this.#outbound.question.askUnprompted(connection, this.uid, Date.now())) this.#schedule();
  }

  /** Another agent has told what is behind the hash that this one named. */
  componentsKnown(componentsHash: string, contentHash: string): void {
    const { state } = this;
    if (!this.isReady || state.status !== 'enrolled' || state.componentsHash !== componentsHash) return;
    this.#facts.submitAside([{ type: 'record-available-components', componentsHash, contentHash }]);
  }

  /** Its own assignment changed, or its group. */
  decided(change: DecidedNow): void {
    this.#outbound.offers.decided(change);
  }

  get followsFleet(): boolean {
    return this.#outbound.offers.followsFleet;
  }

  followsGroup(groupId: string): boolean {
    return this.#outbound.offers.follows(groupId);
  }

  considerOffer(): void {
    this.#outbound.offers.isDue = true;
  }

  get isOfferDue(): boolean {
    return this.#outbound.offers.isDue;
  }

  /**
   * Sends what is wanted and not there, unasked. After `pushed` the caller sees to it that `recordOffer` is called; after
   * `too-slow` it should be tried again.
   */
  pushWanted(): 'pushed' | 'nothing' | 'too-slow' {
    this.considerOffer();
    return this.isReady ? this.#outbound.pushWanted() : 'nothing';
  }

  recordOffer(): void {
    if (this.isReady) this.#outbound.recordOffer();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#context.fullState.forget(this);
  }
}
