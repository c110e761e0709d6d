import { agentIdOf, type LoadedAgent } from '@ampora/application';
import { EventLogUnavailable } from '@ampora/application/ports';
import type { AgentCommand, AgentState } from '@ampora/domain';
import type { EventMetadata } from '@ampora/kernel';
import {
  AgentCapability,
  type AgentToServer,
  encodeServerToAgent,
  hasCapability,
  instanceUidToText,
  newInstanceUid,
  ServerToAgentFlag,
} from '@ampora/opamp-protocol';
import type { EffectiveConfigReport } from '../inbound/effective-config.ts';
import type { Offer } from '../push/offer.ts';
import type { Assignment } from '../push/wanted-configs.ts';
import type { AgentConnection, ReplyTarget } from './agent-connection.ts';
import { AgentFacts, type FactsOwner } from './agent-facts.ts';
import { AgentLink, type DisconnectReason } from './agent-link.ts';
import { AgentOffers } from './agent-offers.ts';
import { AnswerSlots } from './answer-slots.ts';
import { EffectiveConfigReports } from './effective-config-reports.ts';
import { FullStateQuestion } from './full-state-question.ts';
import { missesState } from './full-state.ts';
import { HealthReports } from './health-reports.ts';
import { type Letter, Mailbox } from './mailbox.ts';
import { isHeartbeat } from './read-facets.ts';
import { readReport } from './read-report.ts';
import { recordEffectiveConfig } from './record-effective-config.ts';
import type { ReplySlot } from './reply-slot.ts';
import { judgeSequence } from './sequence.ts';
import type { SessionContext } from './session-context.ts';

const RELOAD_MS = 2_000;

/**
 * One agent at this edge: takes its messages in order, has what they say decided and stored, and answers each when that is durable; the next
 * message does not wait for it. Puts together the parts, which know nothing of each other.
 */
export class AgentSession implements FactsOwner {
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
  #lastSequence: bigint | undefined = undefined;
  #capabilities = 0n;
  #agentType = 'unknown';
  #timer: NodeJS.Timeout | undefined = undefined;

  readonly #mailbox = new Mailbox();
  readonly #facts: AgentFacts;
  readonly #link: AgentLink;
  readonly #health = new HealthReports();
  readonly #configs = new EffectiveConfigReports();
  readonly #question: FullStateQuestion;
  readonly #offers: AgentOffers;
  readonly #answers = new AnswerSlots();

  constructor(context: SessionContext<AgentSession>, uid: Uint8Array) {
    this.#context = context;
    this.uid = uid;
    this.firstUid = instanceUidToText(uid);
    this.agentId = agentIdOf(context.tenant, this.firstUid);
    this.#facts = new AgentFacts(context, this);
    this.#link = new AgentLink(context.edgeInstance);
    this.#question = new FullStateQuestion(context);
    this.#offers = new AgentOffers(context);
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
    const owesNothing = this.#answers.isEmpty && this.#facts.isIdle && !this.#offers.hasUnrecorded;
    return owesNothing && !this.connection && !this.#timer && this.#phase !== 'loading';
  }

  /** Neither a message nor, from an agent that promised no heartbeats, any other sign of life. */
  isSilent(nowMs: number, windowMs: number): boolean {
    if (nowMs - this.lastSeenMs < windowMs || this.#phase !== 'ready') return false;
    const { connection } = this;
    const expectsHeartbeats = connection?.transport === 'http' || this.#can(AgentCapability.ReportsHeartbeat);
    return expectsHeartbeats || nowMs - (connection?.heardMs ?? 0) >= windowMs;
  }

  // Messages

  receive(message: AgentToServer, sizeBytes: number, target: ReplyTarget, connection: AgentConnection): void {
    const nowMs = Date.now();
    this.lastSeenMs = nowMs;
    if (this.#phase !== 'ready') {
      this.#mailbox.put({ message, sizeBytes, target, connection });
      if (this.#phase === 'failed') this.#load();
      return;
    }
    if (this.#isPlainHeartbeat(message, connection)) {
      this.#lastSequence = message.sequenceNum;
      target.acknowledge(message.instanceUid);
      return;
    }
    this.#take({ message, sizeBytes, target, connection }, nowMs);
  }

  /** What breaks for one message breaks for this agent's open messages, and for nobody else. */
  #take(letter: Letter, nowMs: number): void {
    try {
      this.#receiveReport(letter, nowMs);
    } catch (error) {
      this.factsFailed(error);
    }
  }

  #isPlainHeartbeat(message: AgentToServer, connection: AgentConnection): boolean {
    return (
      this.#link.connection === connection &&
      !this.#offers.isDue &&
      !this.#question.isOwed &&
      this.#answers.hasGreeted &&
      this.#answers.isEmpty &&
      isHeartbeat(message) &&
      this.#lastSequence !== undefined &&
      message.sequenceNum === this.#lastSequence + 1n &&
      (message.capabilities === this.#capabilities || message.capabilities === 0n) &&
      !(connection.transport === 'http' && this.#offers.hasOfferedHere)
    );
  }

  #receiveReport({ message, sizeBytes, target, connection }: Letter, nowMs: number): void {
    const slot: ReplySlot = {
      target,
      connection,
      instanceUid: message.instanceUid,
      sequenceNum: message.sequenceNum,
      receivedAtMs: nowMs,
      flags: 0n,
      newInstanceUid: undefined,
      pending: 0,
      failed: undefined,
    };
    this.#answers.open(slot);
    this.uid = message.instanceUid;
    const { state } = this;
    const enrol = state.status === 'unknown' ? [this.#enrolCommand(connection)] : [];
    const opensConnection = this.#meet(connection);
    const metadata = this.#facts.metadata(connection.remoteAddress);
    const { agentId, firstUid } = this;
    const report = readReport(message, { context: this.#context, state, agentId, firstUid, metadata });
    slot.newInstanceUid = report.givenUid;
    if (report.isNewUid && report.givenUid) this.#context.alias(report.givenUid, this);
    const config = report.effectiveConfig && this.#takeConfig(report.effectiveConfig, metadata, nowMs);
    const hasNews = this.#facts.submit({
      commands: [
        ...enrol,
        ...this.#offers.takeUnrecorded(),
        ...(opensConnection ? this.#link.opened(connection, state, nowMs) : []),
        ...this.#capabilityCommands(message.capabilities),
        ...report.commands,
        ...(config?.commands ?? []),
        ...(report.health ? this.#health.take(report.health, slot, nowMs) : []),
      ],
      before: [...report.before, ...(config?.before ?? [])],
      slots: [slot],
      metadata,
      sizeBytes,
      events: [],
      onStored: () => {
        report.onStored?.();
        config?.onStored();
      },
    });
    if (report.componentsHash !== undefined) this.#considerComponents(report.componentsHash, slot, nowMs);
    if (report.agentType !== undefined) this.#agentType = this.#context.metrics.agentType(report.agentType);
    const verdict = judgeSequence(this.#lastSequence, message.sequenceNum);
    const missing = missesState(message, { verdict, opensConnection, repeatsWithNews: hasNews });
    this.#heard(message, nowMs);
    if (!message.agentDisconnect) this.#considerFullState(slot, missing, nowMs);
    this.#lastSequence = message.sequenceNum;
    if (message.agentDisconnect) this.disconnected(connection, 'goodbye', nowMs);
    this.#schedule();
    this.#flush();
  }

  #takeConfig(report: EffectiveConfigReport, metadata: EventMetadata, nowMs: number) {
    const { state } = this;
    const stated = state.status === 'enrolled' ? state.effectiveConfig : '';
    const due = this.#configs.take(report, stated, nowMs);
    return due && recordEffectiveConfig(due, metadata, this.#context.knownContent);
  }

  #enrolCommand({ remoteAddress }: AgentConnection): AgentCommand {
    const { agentId, firstUid: instanceUid } = this;
    return { type: 'enrol-agent', agentId, instanceUid, enrolment: 'open', remoteAddress };
  }

  /** Zero says nothing: every agent reports status, so it means "not filled in", as in a poll that has only a uid. */
  #capabilityCommands(capabilities: bigint): AgentCommand[] {
    if (capabilities === 0n || capabilities === this.#capabilities) return [];
    this.#capabilities = capabilities;
    this.#offers.isDue = true;
    return [{ type: 'record-capabilities', capabilities: capabilities.toString() }];
  }

  #can(capability: bigint): boolean {
    return hasCapability(this.#capabilities, capability);
  }

  // Connections

  /** True when the message came by a connection that is new. */
  #meet(connection: AgentConnection): boolean {
    const previous = this.connection;
    const meeting = this.#link.meet(connection);
    if (meeting === 'known' || meeting === 'echo') return false;
    if (meeting === 'opened-beside-rival' && previous) this.#giveOtherUid(previous);
    this.#answers.hasGreeted = false;
    this.recordOffer();
    this.#offers.onNewConnection();
    const { state } = this;
    this.#question.onNewConnection(state.status === 'enrolled' && AgentOffers.isUnanswered(state));
    return true;
  }

  #giveOtherUid(connection: AgentConnection): void {
    this.#context.logger.warn('Two agents use the same instance uid; the newer one is given another', {
      agentId: this.agentId,
    });
    const agentIdentification = { newInstanceUid: newInstanceUid() };
    connection.push({ head: encodeServerToAgent({ instanceUid: this.uid, agentIdentification }) });
  }

  /** The connection ended, or nothing more is expected from it. Says nothing if another has taken its place. */
  disconnected(connection: AgentConnection, reason: DisconnectReason, nowMs = Date.now()): void {
    if (!this.#link.closed(connection, reason)) return;
    this.#context.fullState.forget(this);
    if (this.#phase !== 'ready') return;
    this.#link.observeDown(nowMs);
    this.#schedule();
  }

  // Time

  /** States what damping holds back, at once: this process is about to end. */
  settle(): void {
    if (this.#phase !== 'ready') return;
    this.recordOffer();
    this.#elapse(Date.now() + 1_000);
  }

  /** One timer per agent, and only while something is due. */
  #schedule(): void {
    const { dueMs: configDueMs } = this.#configs;
    const dueMs = Math.min(this.#link.dueMs, this.#health.dueMs, configDueMs, this.#question.dueMs);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (dueMs === Infinity || this.#phase !== 'ready') return;
    const delayMs = Math.max(1, dueMs - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#elapse(Date.now());
    }, delayMs).unref();
  }

  #elapse(nowMs: number): void {
    this.#facts.submitAside(this.#link.elapse(this.state, nowMs));
    for (const { commands, waiters } of this.#health.elapse(nowMs))
      this.#facts.submitAside(commands, waiters);
    const config = this.#configs.elapse(nowMs);
    if (config) {
      const metadata = this.#facts.metadata();
      const { knownContent } = this.#context;
      this.#facts.submit({
        ...recordEffectiveConfig(config, metadata, knownContent),
        slots: [],
        metadata,
        events: [],
      });
    }
    if (this.#question.expire(nowMs) && this.pushWanted() === 'pushed') this.recordOffer();
    this.#schedule();
    this.#flush();
  }

  // Facts

  factsStored(): void {
    this.#flush();
  }

  factsConflicted(): void {
    this.#load();
  }

  /** What was in memory is not what the log says: begin again from there, and ask for what may have been missed. */
  factsFailed(error: unknown): void {
    this.#context.logger.warn('Reports could not be stored', { agentId: this.agentId, error: String(error) });
    this.#answers.fail(error instanceof EventLogUnavailable ? 'unavailable' : 'unknown');
    this.#health.discard();
    this.#configs.discard();
    this.#facts.discard();
    this.#phase = 'failed';
    this.#lastSequence = undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#phase === 'failed') this.#load();
      },
      RELOAD_MS * (1 + Math.random()),
    ).unref();
    this.#flush();
  }

  // Loading

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
    this.#offers.assign({ assigned: loaded.assigned, at: loaded.assignedAt });
    if (!this.#facts.reload(loaded)) this.#resume(nowMs);
    for (const letter of this.#mailbox.empty()) {
      if (this.isReady) this.#take(letter, nowMs);
      else this.#mailbox.put(letter);
    }
    this.#schedule();
    this.#flush();
  }

  #resume(nowMs: number): void {
    const { state } = this;
    if (state.status !== 'enrolled') return;
    this.#capabilities = BigInt(state.capabilities || '0');
    this.#health.resume(state.health, nowMs);
    this.#question.startFromLog();
    this.#offers.isDue = true;
    const { componentsHash, componentsContent } = state;
    if (componentsContent !== null) this.#context.components.learn(componentsHash, componentsContent);
    this.#facts.submitAside([...this.#offers.takeUnrecorded(), ...this.#link.resume(state, nowMs)]);
    // Neither a first message nor one that waits: the agent was here before, and what it said then was lost.
    if (this.#lastSequence !== undefined || this.lastSeenMs === 0 || !this.#mailbox.isEmpty) return;
    if (this.connection) this.#question.owe(this, nowMs);
    else this.#link.observeDown(nowMs);
  }

  loadFailed(error: unknown): void {
    this.#context.logger.warn('An agent could not be read from the log', {
      agentId: this.agentId,
      error: String(error),
    });
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

  // Answers

  #flush(): void {
    for (let slot = this.#answers.takeReady(); slot; slot = this.#answers.takeReady()) this.#answer(slot);
  }

  #answer(slot: ReplySlot): void {
    const { target, connection, instanceUid, sequenceNum } = slot;
    if (slot.failed) {
      target.refuse(instanceUid, slot.failed);
      return;
    }
    const { metrics } = this.#context;
    metrics.acknowledged(slot.receivedAtMs);
    const isCurrent = connection === this.connection;
    const offer = isCurrent ? this.#offerToSend() : undefined;
    const isSent = this.#answers.answer(slot, offer);
    if (isCurrent && slot.flags !== 0n) {
      this.#question.sent(Date.now());
      this.#schedule();
    }
    if (offer && isSent) this.#facts.submitAside([this.#noteOffered(offer, connection, sequenceNum)]);
    if (offer && !isSent) this.#offers.isDue = true;
  }

  // Full state and components

  #heard(message: AgentToServer, nowMs: number): void {
    this.#question.heard(message);
    if (message.remoteConfigStatus) {
      this.#offers.isDue = true;
      const seconds = this.#offers.appliedAfterSeconds(this.state, nowMs);
      if (seconds !== undefined) this.#context.metrics.applied(seconds, this.#agentType);
    }
    if (this.connection?.transport !== 'http' || this.#question.isPending(nowMs)) return;
    const poll = this.#offers.judgePoll(message.sequenceNum, this.state, nowMs);
    if (poll === 'in-doubt') this.#question.doubtLastOffer();
  }

  #considerFullState(slot: ReplySlot, missing: boolean, nowMs: number): void {
    const isWaitedFor = !this.#question.isPending(nowMs) && this.#offerDecision() === 'wait-for-status';
    if (!missing && !isWaitedFor && !this.#question.isOwed) return;
    if (this.#question.claim(this, nowMs)) slot.flags |= ServerToAgentFlag.ReportFullState;
  }

  /** Its turn has come, without a message of its own. */
  askFullStateUnprompted(): void {
    const { connection } = this;
    if (connection && this.#question.askUnprompted(connection, this.uid, Date.now())) this.#schedule();
  }

  #considerComponents(componentsHash: string, slot: ReplySlot, nowMs: number): void {
    const { state } = this;
    if (state.status !== 'enrolled' || state.componentsContent !== null) return;
    if (!this.#can(AgentCapability.ReportsAvailableComponents)) return;
    if (!this.#context.components.claimQuestion(componentsHash, this, nowMs)) return;
    if (this.#question.takeBudget(nowMs)) slot.flags |= ServerToAgentFlag.ReportAvailableComponents;
  }

  /** Another agent has told what is behind the hash that this one named. */
  componentsKnown(componentsHash: string, contentHash: string): void {
    const { state } = this;
    if (this.#phase !== 'ready' || state.status !== 'enrolled') return;
    if (state.componentsHash !== componentsHash) return;
    this.#facts.submitAside([{ type: 'record-available-components', componentsHash, contentHash }]);
  }

  // Remote config

  /** Its own assignment changed. */
  assign(assignment: Assignment): void {
    this.#offers.assign(assignment);
  }

  get hasOwnAssignment(): boolean {
    return this.#offers.hasOwnAssignment;
  }

  considerOffer(): void {
    this.#offers.isDue = true;
  }

  get isOfferDue(): boolean {
    return this.#offers.isDue;
  }

  /**
   * Sends what is wanted and not there, unasked. After `pushed` the caller sees to it that `recordOffer` is called; after
   * `too-slow` it should be tried again.
   */
  pushWanted(): 'pushed' | 'nothing' | 'too-slow' {
    const { connection } = this;
    this.#offers.isDue = true;
    if (this.#phase !== 'ready' || connection?.transport !== 'websocket') return 'nothing';
    if (this.#offerDecision() === 'wait-for-status') this.#question.owe(this, Date.now());
    const offer = this.#offerToSend();
    if (!offer) return 'nothing';
    if (!this.#answers.push(connection, this.uid, offer)) {
      this.#offers.isDue = true;
      return 'too-slow';
    }
    this.#offers.recordLater(this.#noteOffered(offer, connection));
    return 'pushed';
  }

  /** In the log an offer stands before what the agent says to it. */
  recordOffer(): void {
    if (this.#phase === 'ready') this.#facts.submitAside(this.#offers.takeUnrecorded());
  }

  #offerDecision() {
    return this.#offers.decide(this.#circumstances());
  }

  #offerToSend(): Offer | undefined {
    return this.#offers.toSend(this.#circumstances());
  }

  #circumstances() {
    return { state: this.state, capabilities: this.#capabilities, doubt: this.#question.doubt };
  }

  #noteOffered(offer: Offer, connection: AgentConnection, to?: bigint): AgentCommand {
    return this.#offers.note(offer, connection, { state: this.state, to });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#context.fullState.forget(this);
  }
}
