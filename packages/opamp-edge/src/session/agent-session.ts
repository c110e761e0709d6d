import { randomUUID } from 'node:crypto';
import { agentIdOf, type LoadedAgent, stampEvents, storeContent } from '@ampora/application';
import { type AppendResult, EventLogUnavailable, type StreamAppend } from '@ampora/application/ports';
import { type AgentEvent, streamOf } from '@ampora/catalogue';
import {
  type AgentCommand,
  agentDecider,
  type AgentState,
  type AssignableVersion,
  CONNECTED,
  type Damping,
  DISCONNECTED,
  dueAt,
  elapse,
  isConnected,
  nothingStated,
  observe,
  resumeDamping,
  type Statement,
} from '@ampora/domain';
import { type EventMetadata, type Position, START } from '@ampora/kernel';
import {
  AgentCapability,
  type AgentToServer,
  AgentToServerFlag,
  encodeServerToAgent,
  hasCapability,
  hasFlag,
  instanceUidFromText,
  instanceUidToText,
  newInstanceUid,
  ServerToAgentFlag,
} from '@ampora/opamp-protocol';
import { TokenBucket } from '../connection/token-bucket.ts';
import type { FactSource } from '../facts/fact-writer.ts';
import type { ComponentsReport } from '../inbound/available-components.ts';
import type { HealthReport } from '../inbound/health.ts';
import { decideOffer } from '../outbound/remote-config.ts';
import { serverCapabilities } from '../outbound/server-capabilities.ts';
import type { Offer } from '../push/offer.ts';
import type { Assignment } from '../push/wanted-configs.ts';
import type { AgentConnection, ReplyTarget } from './agent-connection.ts';
import { missesState } from './full-state.ts';
import { isHeartbeat, readFacets } from './read-facets.ts';
import type { ReplySlot } from './reply-slot.ts';
import { judgeSequence, type SequenceVerdict } from './sequence.ts';
import { metadataFor, type SessionContext } from './session-context.ts';
import { RivalWatch } from './rival-watch.ts';
import type { Work } from './work.ts';

export type DisconnectReason = 'goodbye' | 'closed' | 'silent' | 'shutdown';

/** A message that came while the agent was being loaded. */
interface Waiting {
  readonly message: AgentToServer;
  readonly sizeBytes: number;
  readonly target: ReplyTarget;
  readonly connection: AgentConnection;
}

const WAITING_LIMIT = 64;
/** One append may carry 1 MiB; a report's events are about as large as the report. */
const APPEND_BYTES = 320 * 1024;
const STATUS_WITHIN_MS = 2_000;
const REPEAT_OFFER_MS = 60_000;
const RELOAD_MS = 2_000;

/**
 * One agent at this edge: its messages in order, what is known of it (a cache of its streams), and what it is owed. All facts of a
 * message are decided at once on the state in memory; its answer waits until they are durable, the next message does not.
 */
export class AgentSession implements FactSource {
  readonly #context: SessionContext<AgentSession>;
  /** UUID text of the uid it was first met under. */
  readonly firstUid: string;
  agentId: string;
  /** Bytes of the uid it used last; what the connection compares with. */
  uid: Uint8Array;
  lastSeenMs = 0;
  /** Last sighting handed to the presence sink. */
  presentedMs = 0;
  connection: AgentConnection | undefined = undefined;

  #phase: 'loading' | 'ready' | 'failed' = 'loading';
  #state: AgentState = agentDecider.initial;
  #revision = -1;
  #assigned: AssignableVersion | null = null;
  #assignedAt: Position = START;
  #waiting: Waiting[] | undefined = undefined;

  #lastSequence: bigint | undefined = undefined;
  #capabilities = 0n;
  #health: Damping = resumeDamping(nothingStated, 0);
  #link: Damping = resumeDamping(nothingStated, 0);
  /** Of the state that damping calls current, while it may still have to be stated. */
  #healthReport: HealthReport | undefined = undefined;
  #healthWaiters: ReplySlot[] = [];
  #reason: DisconnectReason = 'closed';
  #timer: NodeJS.Timeout | undefined = undefined;

  #slots: ReplySlot[] = [];
  #queued: Work[] = [];
  #underWay: Work[] = [];

  #greeted = false;
  #offerDue = true;
  #offeredHere = '';
  #offeredAtMs = 0;
  #repeats = 0;
  /** Pushed, but not yet on its way to the log: pushing to many comes first. */
  #unrecordedOffer: AgentCommand | undefined = undefined;
  /** After a restart of this process the agent's status is asked for before anything is pushed. */
  #status: 'certain' | 'to-be-asked' | 'asked' = 'certain';
  #statusDueMs = 0;
  #fullStateOwed = false;
  #questions: TokenBucket | undefined = undefined;
  #rivals: RivalWatch | undefined = undefined;

  constructor(context: SessionContext<AgentSession>, uid: Uint8Array) {
    this.#context = context;
    this.uid = uid;
    this.firstUid = instanceUidToText(uid);
    this.agentId = agentIdOf(context.tenant, this.firstUid);
  }

  get state(): AgentState {
    return this.#state;
  }

  get isReady(): boolean {
    return this.#phase === 'ready';
  }

  /** Nothing would be lost by forgetting it. */
  get isIdle(): boolean {
    return (
      !this.connection &&
      !this.#timer &&
      !this.#unrecordedOffer &&
      this.#phase !== 'loading' &&
      this.#slots.length + this.#queued.length + this.#underWay.length === 0
    );
  }

  /** Neither a message nor, from an agent that promised no heartbeats, any other sign of life. */
  isSilent(nowMs: number, windowMs: number): boolean {
    if (nowMs - this.lastSeenMs < windowMs || this.#phase !== 'ready') return false;
    const expectsHeartbeats =
      this.connection?.transport === 'http' || this.#can(AgentCapability.ReportsHeartbeat);
    return expectsHeartbeats || nowMs - (this.connection?.heardMs ?? 0) >= windowMs;
  }

  // Messages

  receive(message: AgentToServer, sizeBytes: number, target: ReplyTarget, connection: AgentConnection): void {
    const nowMs = Date.now();
    this.lastSeenMs = nowMs;
    if (this.#phase !== 'ready') {
      this.#wait({ message, sizeBytes, target, connection });
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
  #take(one: Waiting, nowMs: number): void {
    try {
      this.#receiveReport(one, nowMs);
    } catch (error) {
      this.failed(error);
    }
  }

  #isPlainHeartbeat(message: AgentToServer, connection: AgentConnection): boolean {
    return (
      this.connection === connection &&
      !this.#offerDue &&
      !this.#fullStateOwed &&
      this.#greeted &&
      this.#slots.length === 0 &&
      isHeartbeat(message) &&
      this.#lastSequence !== undefined &&
      message.sequenceNum === this.#lastSequence + 1n &&
      (message.capabilities === this.#capabilities || message.capabilities === 0n)
    );
  }

  #wait(waiting: Waiting): void {
    this.#waiting ??= [];
    if (this.#waiting.length >= WAITING_LIMIT) {
      waiting.target.refuse(waiting.message.instanceUid, 'unavailable');
      return;
    }
    this.#waiting.push(waiting);
    if (this.#phase === 'failed') this.#load();
  }

  #receiveReport({ message, sizeBytes, target, connection }: Waiting, nowMs: number): void {
    const slot: ReplySlot = {
      target,
      connection,
      instanceUid: message.instanceUid,
      receivedAtMs: nowMs,
      flags: 0n,
      newInstanceUid: undefined,
      pending: 0,
      failed: undefined,
    };
    this.#slots.push(slot);
    const metadata = this.#metadata(connection.remoteAddress);
    const enrol = this.#state.status === 'unknown' ? [this.#enrolCommand(connection)] : [];
    const opensConnection = this.#meet(connection);
    const facets = readFacets(message, {
      metadata,
      knownEffectiveConfig: this.#state.status === 'enrolled' ? this.#state.effectiveConfig : '',
      contentIsKnown: (contentHash) => this.#context.knownContent.has(contentHash),
    });
    const components = facets.components && this.#readComponents(facets.components, metadata);
    const uid = this.#readUidRequest(message, slot, metadata);
    const commands = [
      ...enrol,
      ...this.#takeUnrecordedOffer(),
      ...this.#linkCommands(opensConnection ? connection : undefined, nowMs),
      ...this.#capabilityCommands(message.capabilities),
      ...facets.commands,
      ...(components?.commands ?? []),
      ...this.#healthCommands(facets.health, slot, nowMs),
      ...uid.commands,
    ];
    const hasNews = this.#submit({
      commands,
      before: [...facets.before, ...(components?.before ?? []), ...uid.before],
      slots: [slot],
      metadata,
      sizeBytes,
      events: [],
      onStored: () => {
        for (const contentHash of facets.contentHashes) this.#context.knownContent.add(contentHash);
        components?.onStored();
      },
    });
    if (facets.components) this.#considerComponents(facets.components.componentsHash, slot, nowMs);
    this.#considerFullState(message, slot, { opensConnection, hasNews, nowMs });
    if (message.remoteConfigStatus) {
      this.#status = 'certain';
      this.#offerDue = true;
      this.#noteApplied(nowMs);
    }
    this.#lastSequence = message.sequenceNum;
    if (message.agentDisconnect) this.disconnected(connection, 'goodbye', nowMs);
    this.#schedule();
    this.#flush();
  }

  #metadata(remoteAddress: string): EventMetadata {
    return metadataFor(this.#context, this.agentId, { remoteAddress, correlationId: randomUUID() });
  }

  #enrolCommand({ remoteAddress }: AgentConnection): AgentCommand {
    const { agentId, firstUid: instanceUid } = this;
    return { type: 'enrol-agent', agentId, instanceUid, enrolment: 'open', remoteAddress };
  }

  /** Zero says nothing: every agent reports status, so it means "not filled in", as in a poll that has only a uid. */
  #capabilityCommands(capabilities: bigint): AgentCommand[] {
    if (capabilities === 0n || capabilities === this.#capabilities) return [];
    this.#capabilities = capabilities;
    this.#offerDue = true;
    return [{ type: 'record-capabilities', capabilities: capabilities.toString() }];
  }

  #can(capability: bigint): boolean {
    return hasCapability(this.#capabilities, capability);
  }

  // Connections

  /** Takes note of where a message came from; true when that is new. */
  #meet(connection: AgentConnection): boolean {
    const { connection: current } = this;
    if (current === connection) return false;
    if (current?.isOpen) {
      this.#rivals ??= new RivalWatch();
      const verdict = this.#rivals.met(current, connection);
      // The one that was here before still speaks: two agents share the uid, and the newer one must take another.
      if (verdict === 'echo') return false;
      if (verdict === 'rival') this.#giveOtherUid(current);
      else this.#rivals.supersede(current);
    }
    this.connection = connection;
    this.#greeted = false;
    this.#offerDue = true;
    this.#offeredHere = '';
    this.#repeats = 0;
    return true;
  }

  #giveOtherUid(connection: AgentConnection): void {
    this.#context.logger.warn('Two agents use the same instance uid; the newer one is given another', {
      agentId: this.agentId,
    });
    const head = encodeServerToAgent({
      instanceUid: this.uid,
      agentIdentification: { newInstanceUid: newInstanceUid() },
    });
    connection.push({ head });
  }

  /** What is to be stated about the connection. `opened`: a connection that a message just came by for the first time. */
  #linkCommands(opened: AgentConnection | undefined, nowMs: number): AgentCommand[] {
    if (!opened) return [];
    const commands: AgentCommand[] = [];
    const isUp = this.#link.current === CONNECTED;
    // A connection that replaces one whose end nobody saw: down and up at once, which damping gathers.
    for (const state of isUp ? [DISCONNECTED, CONNECTED] : [CONNECTED]) {
      const damped = observe(this.#link, state, nowMs, { leading: state === CONNECTED });
      this.#link = damped.damping;
      if (damped.statement) commands.push(...this.#linkCommand(damped.statement));
    }
    return commands;
  }

  #linkCommand(statement: Statement): AgentCommand[] {
    const { connection } = this;
    const connected = this.#link.current === CONNECTED;
    const stated = this.#state.status === 'enrolled' ? this.#state.connectionId : '';
    if (statement.kind === 'flapping') {
      const { kind: _kind, ...episode } = statement;
      const connectionId = connection?.id ?? stated;
      return [{ type: 'record-connection-flapping', connected, connectionId, ...episode }];
    }
    if (!connected) return [{ type: 'record-disconnection', connectionId: stated, reason: this.#reason }];
    if (!connection) return [];
    const { id: connectionId, transport, remoteAddress } = connection;
    const { edgeInstance } = this.#context;
    return [{ type: 'record-connection', connectionId, transport, remoteAddress, edgeInstance }];
  }

  /** The connection ended, or nothing more is expected from it. Says nothing if another has taken its place. */
  disconnected(connection: AgentConnection, reason: DisconnectReason, nowMs = Date.now()): void {
    if (this.connection !== connection) return;
    this.connection = undefined;
    this.#reason = reason;
    this.#context.fullState.forget(this);
    this.#observeDown(nowMs);
  }

  #observeDown(nowMs: number): void {
    if (this.#phase !== 'ready' || this.#link.current !== CONNECTED) return;
    const damped = observe(this.#link, DISCONNECTED, nowMs, { leading: false });
    this.#link = damped.damping;
    this.#schedule();
  }

  /** States what damping holds back, at once: this process is about to end. */
  settle(): void {
    if (this.#phase !== 'ready') return;
    this.recordOffer();
    this.#elapse(Date.now() + 1_000);
  }

  // Health and time

  #healthCommands(report: HealthReport | undefined, slot: ReplySlot, nowMs: number): AgentCommand[] {
    if (!report) return [];
    const damped = observe(this.#health, report.digest, nowMs);
    this.#health = damped.damping;
    const { gathering, episode } = damped.damping;
    const isHeld = gathering !== null && gathering.changes > 0;
    this.#healthReport = isHeld || episode ? report : undefined;
    if (damped.statement) return [healthCommand(damped.statement, report)];
    // Held until the burst is over; a repeat of what is held waits with it.
    if (isHeld) {
      slot.pending++;
      this.#healthWaiters.push(slot);
    }
    return [];
  }

  /** One timer per agent, and only while something is due. */
  #schedule(): void {
    const dueMs = Math.min(
      dueAt(this.#link) ?? Infinity,
      (this.#healthReport && dueAt(this.#health)) ?? Infinity,
      this.#status === 'asked' ? this.#statusDueMs : Infinity,
    );
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
    for (let due = dueAt(this.#link); due !== null && due <= nowMs; due = dueAt(this.#link)) {
      const damped = elapse(this.#link, nowMs);
      this.#link = damped.damping;
      if (!damped.statement) continue;
      this.#submitAside(this.#linkCommand(damped.statement));
    }
    const report = this.#healthReport;
    for (let due = dueAt(this.#health); report && due !== null && due <= nowMs; due = dueAt(this.#health)) {
      const damped = elapse(this.#health, nowMs);
      this.#health = damped.damping;
      if (damped.statement)
        this.#submitAside([healthCommand(damped.statement, report)], this.#healthWaiters.splice(0));
      if (!this.#health.episode && !this.#health.gathering?.changes) this.#healthReport = undefined;
    }
    if (this.#status === 'asked' && this.#statusDueMs <= nowMs) {
      this.#status = 'certain';
      if (this.pushWanted() === 'pushed') this.recordOffer();
    }
    this.#schedule();
    this.#flush();
  }

  // Facts

  /** Decides and applies; true when something is to be stored. The slots wait for it. */
  #submit(work: Work): boolean {
    work.events = this.#decide(work.commands);
    if (work.events.length === 0) return false;
    for (const slot of work.slots) slot.pending++;
    this.#enqueue(work);
    return true;
  }

  /** For what no message brought. `waiters` have been waiting for it and are released with it. */
  #submitAside(commands: readonly AgentCommand[], waiters: readonly ReplySlot[] = []): void {
    if (this.#state.status !== 'enrolled' || (commands.length === 0 && waiters.length === 0)) return;
    const remoteAddress = this.connection?.remoteAddress ?? '';
    const metadata = this.#metadata(remoteAddress);
    const stored = this.#submit({
      commands,
      before: [],
      slots: waiters,
      metadata,
      sizeBytes: 4_096,
      events: [],
    });
    // Submitting made them wait for the append; the waiting for the burst is over either way.
    for (const slot of waiters) slot.pending--;
    if (!stored) this.#flush();
  }

  #decide(commands: readonly AgentCommand[]): AgentEvent[] {
    const events: AgentEvent[] = [];
    for (const command of commands) {
      // After a conflict: another edge was faster to enrol it.
      if (command.type === 'enrol-agent' && this.#state.status === 'enrolled') continue;
      for (const event of agentDecider.decide(command, this.#state)) {
        this.#state = agentDecider.evolve(this.#state, event);
        events.push(event);
      }
    }
    return events;
  }

  #enqueue(work: Work): void {
    this.#queued.push(work);
    if (this.#underWay.length === 0 && this.#queued.length === 1) this.#context.writer.submit(this);
  }

  takeAppends(): readonly StreamAppend[] {
    if (this.#phase !== 'ready' || this.#underWay.length > 0) return [];
    let bytes = 0;
    while (this.#queued.length > 0 && (bytes === 0 || bytes < APPEND_BYTES)) {
      const work = this.#queued.shift() as Work;
      bytes += work.sizeBytes;
      this.#underWay.push(work);
    }
    if (this.#underWay.length === 0) return [];
    const events = this.#underWay.flatMap((work) => stampEvents(work.events, work.metadata));
    const expectedRevision = this.#revision < 0 ? 'no-stream' : this.#revision;
    const own: StreamAppend = { streamId: streamOf.agent(this.agentId), expectedRevision, events };
    return [...this.#underWay.flatMap(({ before }) => before), own];
  }

  stored(result: AppendResult): void {
    if (result.outcome !== 'appended') {
      this.#load();
      return;
    }
    this.#revision = result.lastRevision;
    const works = this.#underWay;
    this.#underWay = [];
    for (const work of works) release(work);
    if (this.#queued.length > 0) this.#context.writer.submit(this);
    this.#flush();
  }

  failed(error: unknown): void {
    this.#context.logger.warn('Reports could not be stored', { agentId: this.agentId, error: String(error) });
    const why = error instanceof EventLogUnavailable ? 'unavailable' : 'unknown';
    for (const slot of this.#slots) {
      slot.failed = why;
      slot.pending = 0;
    }
    this.#healthWaiters = [];
    this.#underWay = [];
    this.#queued = [];
    this.#forget();
    this.#flush();
  }

  // Loading

  #load(): void {
    this.#phase = 'loading';
    this.#context.load(this);
  }

  /** What was in memory is not what the log says: begin again from there, and ask for what may have been missed. */
  #forget(): void {
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
  }

  /** The log's answer: also after a conflict, when what was under way is decided again. */
  loaded({ state, revision, assigned, assignedAt }: LoadedAgent): void {
    const nowMs = Date.now();
    const again = [...this.#underWay, ...this.#queued];
    this.#underWay = [];
    this.#queued = [];
    this.#phase = 'ready';
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#state = state;
    this.#revision = revision;
    if (assignedAt >= this.#assignedAt) {
      this.#assigned = assigned;
      this.#assignedAt = assignedAt;
    }
    if (again.length > 0) this.#decideAgain(again);
    else this.#resume(nowMs);
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const one of waiting) {
      if (this.#phase === 'ready') this.#take(one, nowMs);
      else this.#wait(one);
    }
    this.#schedule();
    this.#flush();
  }

  #resume(nowMs: number): void {
    if (this.#state.status !== 'enrolled') return;
    const { capabilities, health, connection, componentsHash, componentsContent } = this.#state;
    this.#capabilities = BigInt(capabilities || '0');
    this.#health = resumeDamping(health, nowMs);
    this.#healthReport = undefined;
    this.#link = resumeDamping(connection, nowMs);
    this.#status = 'to-be-asked';
    this.#offerDue = true;
    if (componentsContent !== null) this.#context.components.learn(componentsHash, componentsContent);
    const { connection: open } = this;
    if (open && !(isConnected(this.#state) && this.#state.connectionId === open.id))
      this.#submitAside(this.#linkCommands(open, nowMs));
    if (!open && this.#lastSequence === undefined && this.lastSeenMs > 0 && !this.#waiting?.length)
      this.#observeDown(nowMs);
  }

  #decideAgain(works: readonly Work[]): void {
    for (const work of works) {
      work.events = this.#decide(work.commands);
      if (work.events.length === 0) release(work);
      else this.#queued.push(work);
    }
    if (this.#queued.length > 0) this.#context.writer.submit(this);
  }

  loadFailed(error: unknown): void {
    this.#context.logger.warn('An agent could not be read from the log', {
      agentId: this.agentId,
      error: String(error),
    });
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const { target, message } of waiting) target.refuse(message.instanceUid, 'unavailable');
    this.failed(error);
  }

  /** Hands what waits here to the session of the agent that this uid was given to. */
  handOver(to: AgentSession): void {
    this.#phase = 'ready';
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const { message, sizeBytes, target, connection } of waiting)
      to.receive(message, sizeBytes, target, connection);
  }

  // Answers

  #flush(): void {
    while (this.#slots.length > 0 && this.#slots[0]?.pending === 0)
      this.#answer(this.#slots.shift() as ReplySlot);
  }

  #answer(slot: ReplySlot): void {
    const { target, connection, instanceUid, flags, newInstanceUid: newUid } = slot;
    if (slot.failed) {
      target.refuse(instanceUid, slot.failed);
      return;
    }
    this.#context.metrics.acknowledged(slot.receivedAtMs);
    const greets = !this.#greeted || connection.transport === 'http';
    const offer = connection === this.connection ? this.#offerToSend() : undefined;
    if (!greets && flags === 0n && !newUid && !offer) {
      target.acknowledge(instanceUid);
      return;
    }
    this.#greeted = true;
    const head = encodeServerToAgent({
      instanceUid,
      flags,
      capabilities: greets ? serverCapabilities : 0n,
      agentIdentification: newUid && { newInstanceUid: newUid },
    });
    target.reply({ head, shared: offer?.shared });
    if (offer) this.#submitAside([this.#noteOffered(offer, connection)]);
  }

  // Full state

  #considerFullState(
    message: AgentToServer,
    slot: ReplySlot,
    { opensConnection, hasNews, nowMs }: { opensConnection: boolean; hasNews: boolean; nowMs: number },
  ): void {
    const verdict: SequenceVerdict = judgeSequence(this.#lastSequence, message.sequenceNum);
    const missing = missesState(message, { verdict, opensConnection, repeatsWithNews: hasNews });
    if (this.#status === 'asked') {
      this.#status = 'certain';
      this.#offerDue = true;
    }
    if ((missing || this.#fullStateOwed) && !message.agentDisconnect) this.#askFullState(slot, nowMs);
    else if (this.#status === 'to-be-asked') this.#status = 'certain';
  }

  /** Bounded per agent (an agent may never send what it promised) and over all agents. */
  #askFullState(slot: ReplySlot, nowMs: number): void {
    this.#questions ??= new TokenBucket(1 / 20, 3, nowMs);
    this.#fullStateOwed = true;
    if (!this.#questions.take(nowMs)) return;
    if (!this.#context.fullState.mayAsk(nowMs)) {
      this.#context.fullState.owe(this);
      return;
    }
    slot.flags |= ServerToAgentFlag.ReportFullState;
    this.#fullStateAsked(nowMs);
  }

  #fullStateAsked(nowMs: number): void {
    this.#fullStateOwed = false;
    this.#context.fullState.forget(this);
    if (this.#status !== 'to-be-asked') return;
    this.#status = 'asked';
    this.#statusDueMs = nowMs + STATUS_WITHIN_MS;
  }

  /** Its turn has come, without a message of its own. */
  askFullStateUnprompted(): void {
    if (!this.#fullStateOwed || !this.connection) return;
    const head = encodeServerToAgent({ instanceUid: this.uid, flags: ServerToAgentFlag.ReportFullState });
    if (!this.connection.push({ head })) return;
    this.#fullStateAsked(Date.now());
    this.#schedule();
  }

  // Components

  #readComponents(report: ComponentsReport, metadata: EventMetadata) {
    const { components, knownContent } = this.#context;
    const { componentsHash, list } = report;
    if (!list) {
      const contentHash = components.contentOf(componentsHash);
      const command: AgentCommand = { type: 'record-available-components', componentsHash, contentHash };
      return { commands: [command], before: [], onStored: () => undefined };
    }
    const { contentHash, appends } = storeContent(list, metadata);
    const command: AgentCommand = { type: 'record-available-components', componentsHash, contentHash };
    const onStored = () => {
      knownContent.add(contentHash);
      components.learn(componentsHash, contentHash);
    };
    return { commands: [command], before: knownContent.has(contentHash) ? [] : appends, onStored };
  }

  #considerComponents(componentsHash: string, slot: ReplySlot, nowMs: number): void {
    if (this.#state.status !== 'enrolled' || this.#state.componentsContent !== null) return;
    if (!this.#can(AgentCapability.ReportsAvailableComponents)) return;
    if (!this.#context.components.claimQuestion(componentsHash, this, nowMs)) return;
    this.#questions ??= new TokenBucket(1 / 20, 3, nowMs);
    if (this.#questions.take(nowMs)) slot.flags |= ServerToAgentFlag.ReportAvailableComponents;
  }

  /** Another agent has told what is behind the hash that this one named. */
  componentsKnown(componentsHash: string, contentHash: string): void {
    if (this.#phase !== 'ready' || this.#state.status !== 'enrolled') return;
    if (this.#state.componentsHash !== componentsHash) return;
    this.#submitAside([{ type: 'record-available-components', componentsHash, contentHash }]);
  }

  // Identity

  /** A temporary uid is exchanged once: asking again before the switch gets the same answer. */
  #readUidRequest(
    message: AgentToServer,
    slot: ReplySlot,
    metadata: EventMetadata,
  ): { commands: AgentCommand[]; before: StreamAppend[] } {
    this.uid = message.instanceUid;
    const nothing = { commands: [], before: [] };
    if (!hasFlag(message.flags, AgentToServerFlag.RequestInstanceUid)) return nothing;
    const asking = instanceUidToText(message.instanceUid);
    const current = this.#state.status === 'enrolled' ? this.#state.instanceUid : this.firstUid;
    if (asking !== current) {
      slot.newInstanceUid = instanceUidFromText(current);
      return nothing;
    }
    const given = newInstanceUid();
    const instanceUid = instanceUidToText(given);
    slot.newInstanceUid = given;
    this.#context.alias(given, this);
    const { agentId } = this;
    const events = agentDecider.decide(
      { type: 'alias-instance-uid', agentId, instanceUid },
      agentDecider.initial,
    );
    const streamId = streamOf.agent(agentIdOf(this.#context.tenant, instanceUid));
    return {
      commands: [{ type: 'reassign-instance-uid', instanceUid, cause: 'requested' }],
      before: [{ streamId, expectedRevision: 'no-stream', events: stampEvents(events, metadata) }],
    };
  }

  // Remote config

  get #wanted(): AssignableVersion | null {
    return this.#assigned ?? this.#context.wanted.fleet;
  }

  /** Its own assignment changed. */
  assign({ assigned, at }: Assignment): void {
    if (at <= this.#assignedAt) return;
    this.#assigned = assigned;
    this.#assignedAt = at;
    this.considerOffer();
  }

  get hasOwnAssignment(): boolean {
    return this.#assigned !== null;
  }

  considerOffer(): void {
    this.#offerDue = true;
  }

  get isOfferDue(): boolean {
    return this.#offerDue;
  }

  /**
   * Sends what is wanted and not there, unasked. After `pushed` the caller sees to it that `recordOffer` is called; after
   * `too-slow` it should be tried again.
   */
  pushWanted(): 'pushed' | 'nothing' | 'too-slow' {
    const { connection } = this;
    this.#offerDue = true;
    if (this.#phase !== 'ready' || connection?.transport !== 'websocket') return 'nothing';
    const offer = this.#offerToSend();
    if (!offer) return 'nothing';
    const instanceUid = this.uid;
    const head = this.#greeted
      ? encodeUid(instanceUid)
      : encodeServerToAgent({ instanceUid, capabilities: serverCapabilities });
    if (!connection.push({ head, shared: offer.shared })) {
      this.#offerDue = true;
      return 'too-slow';
    }
    this.#greeted = true;
    this.#unrecordedOffer = this.#noteOffered(offer, connection);
    return 'pushed';
  }

  /** In the log an offer stands before what the agent says to it: see `#takeUnrecordedOffer`. */
  recordOffer(): void {
    if (this.#phase === 'ready') this.#submitAside(this.#takeUnrecordedOffer());
  }

  #takeUnrecordedOffer(): AgentCommand[] {
    const command = this.#unrecordedOffer;
    this.#unrecordedOffer = undefined;
    return command ? [command] : [];
  }

  #offerToSend(): Offer | undefined {
    if (!this.#offerDue || this.#state.status !== 'enrolled') return undefined;
    const wanted = this.#wanted;
    const { remoteConfig, offeredConfig, offerAnswered } = this.#state;
    const isPolled = this.connection?.transport === 'http';
    const decision = decideOffer({
      wanted: wanted?.configHash ?? '',
      capabilities: this.#capabilities,
      reported: remoteConfig.hash,
      offered: offeredConfig,
      offerAnswered,
      offeredHere: this.#offeredHere,
      statusUncertain: this.#status !== 'certain',
      mayRepeat: isPolled && Date.now() - this.#offeredAtMs >= REPEAT_OFFER_MS * 2 ** this.#repeats,
    });
    if (decision === 'wait-for-status') return undefined;
    const offer = decision === 'offer' && wanted ? this.#context.wanted.offerFor(wanted) : undefined;
    // Not sent though due: its text is being fetched, or the answer that carried it may have been lost.
    const isUnanswered = isPolled && this.#offeredHere !== '' && remoteConfig.hash !== this.#offeredHere;
    this.#offerDue = (decision === 'offer' && !offer) || (isUnanswered && !offerAnswered);
    return offer;
  }

  #noteOffered({ version: offered }: Offer, { id: connectionId, transport }: AgentConnection): AgentCommand {
    const { configHash, configurationId, version } = offered;
    this.#repeats = this.#offeredHere === configHash ? this.#repeats + 1 : 0;
    this.#offeredHere = configHash;
    this.#offeredAtMs = Date.now();
    if (transport === 'http') this.#offerDue = true;
    return { type: 'record-remote-config-offer', configHash, configurationId, version, connectionId };
  }

  #noteApplied(nowMs: number): void {
    if (this.#state.status !== 'enrolled' || this.#offeredAtMs === 0) return;
    const { hash, status } = this.#state.remoteConfig;
    if (status !== 'applied' || hash !== this.#offeredHere) return;
    this.#context.metrics.applied((nowMs - this.#offeredAtMs) / 1000);
    this.#offeredAtMs = 0;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#context.fullState.forget(this);
  }
}

/** ServerToAgent with nothing but its uid. */
function encodeUid(instanceUid: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(18);
  bytes[0] = 0x0a;
  bytes[1] = 16;
  bytes.set(instanceUid, 2);
  return bytes;
}

function release(work: Work): void {
  work.onStored?.();
  for (const slot of work.slots) slot.pending--;
}

function healthCommand(statement: Statement, report: HealthReport): AgentCommand {
  if (statement.kind === 'changed') return { type: 'record-health', ...report, reports: statement.changes };
  const { kind: _kind, ...episode } = statement;
  return { type: 'record-health-flapping', ...report, ...episode };
}
