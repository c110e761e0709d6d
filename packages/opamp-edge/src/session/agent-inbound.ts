import type { AgentCommand } from '@ampora/domain';
import type { EventMetadata } from '@ampora/kernel';
import {
  AgentCapability,
  type AgentToServer,
  encodeServerToAgent,
  hasCapability,
  newInstanceUid,
  ServerToAgentFlag,
} from '@ampora/opamp-protocol';
import type { EffectiveConfigReport } from '../inbound/effective-config.ts';
import type { AgentConnection } from './agent-connection.ts';
import type { AgentFacts } from './agent-facts.ts';
import type { AgentLink } from './agent-link.ts';
import type { AgentOutbound } from './agent-outbound.ts';
import type { WaitingForComponents } from './components-index.ts';
import { EffectiveConfigReports } from './effective-config-reports.ts';
import type { OwedQuestion } from './full-state-pace.ts';
import { missesState } from './full-state.ts';
import { HealthReports } from './health-reports.ts';
import type { Letter } from './mailbox.ts';
import { isHeartbeat } from './read-facets.ts';
import { readReport } from './read-report.ts';
import { recordEffectiveConfig } from './record-effective-config.ts';
import type { ReplySlot } from './reply-slot.ts';
import { judgeSequence } from './sequence.ts';
import type { SessionContext } from './session-context.ts';

/** Who it is that speaks. */
export interface Speaker extends OwedQuestion, WaitingForComponents {
  readonly agentId: string;
  readonly firstUid: string;
  uid: Uint8Array;
}

export interface AgentInboundOptions {
  readonly context: Omit<SessionContext<never>, 'load' | 'alias'>;
  readonly self: Speaker;
  readonly facts: AgentFacts;
  readonly link: AgentLink;
  readonly outbound: AgentOutbound;
  readonly alias: (instanceUid: Uint8Array) => void;
}

/** What comes from one agent: each message is thought through at once on what is known, and given a place in the order of answers. */
export class AgentInbound {
  readonly #options: AgentInboundOptions;
  readonly health = new HealthReports();
  readonly configs = new EffectiveConfigReports();
  /** Undefined when it does not follow on anything that is remembered. */
  lastSequence: bigint | undefined = undefined;
  #agentType = 'unknown';

  constructor(options: AgentInboundOptions) {
    this.#options = options;
  }

  /** Nothing to think about and nothing owed: answered without a slot. */
  isPlainHeartbeat(message: AgentToServer, connection: AgentConnection): boolean {
    const { link, outbound } = this.#options;
    const { offers, question, answers, capabilities } = outbound;
    return (
      link.connection === connection &&
      !offers.isDue &&
      !question.isOwed &&
      answers.hasGreeted &&
      answers.isEmpty &&
      isHeartbeat(message) &&
      this.lastSequence !== undefined &&
      message.sequenceNum === this.lastSequence + 1n &&
      (message.capabilities === capabilities || message.capabilities === 0n) &&
      !(connection.transport === 'http' && offers.hasOfferedHere)
    );
  }

  take({ message, sizeBytes, target, connection }: Letter, nowMs: number): void {
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
    const { context, self, facts, link, outbound } = this.#options;
    outbound.answers.open(slot);
    self.uid = message.instanceUid;
    const { state } = facts;
    const enrol = state.status === 'unknown' ? [this.#enrolCommand(connection)] : [];
    const opensConnection = this.#meet(connection);
    const metadata = facts.metadata(connection.remoteAddress);
    const { agentId, firstUid } = self;
    const report = readReport(message, { context, state, agentId, firstUid, metadata });
    slot.newInstanceUid = report.givenUid;
    if (report.isNewUid && report.givenUid) this.#options.alias(report.givenUid);
    const config = report.effectiveConfig && this.#takeConfig(report.effectiveConfig, metadata, nowMs);
    const hasNews = facts.submit({
      commands: [
        ...enrol,
        ...outbound.offers.takeUnrecorded(),
        ...(opensConnection ? link.opened(connection, state, nowMs) : []),
        ...this.#capabilityCommands(message.capabilities),
        ...report.commands,
        ...(config?.commands ?? []),
        ...(report.health ? this.health.take(report.health, slot, nowMs) : []),
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
    if (report.agentType !== undefined) this.#agentType = context.metrics.agentType(report.agentType);
    const verdict = judgeSequence(this.lastSequence, message.sequenceNum);
    const missing = missesState(message, { verdict, opensConnection, repeatsWithNews: hasNews });
    // A late word from a connection that was replaced says nothing of what became of offers since.
    if (connection === link.connection) this.#heard(message, nowMs);
    if (!message.agentDisconnect) this.#considerFullState(slot, missing, nowMs);
    this.lastSequence = message.sequenceNum;
  }

  /** What time has brought of what the agent reported. */
  elapse(nowMs: number): void {
    const { context, facts } = this.#options;
    for (const { commands, waiters } of this.health.elapse(nowMs)) facts.submitAside(commands, waiters);
    const config = this.configs.elapse(nowMs);
    if (!config) return;
    const metadata = facts.metadata();
    const news = recordEffectiveConfig(config, metadata, context.knownContent);
    facts.submit({ ...news, slots: [], metadata, events: [] });
  }

  /** What was not stored is not known; the agent will be asked for it. */
  discard(): void {
    this.health.discard();
    this.configs.discard();
    this.lastSequence = undefined;
  }

  #enrolCommand({ remoteAddress }: AgentConnection): AgentCommand {
    const { agentId, firstUid: instanceUid } = this.#options.self;
    return { type: 'enrol-agent', agentId, instanceUid, enrolment: 'open', remoteAddress };
  }

  /** Zero says nothing: every agent reports status, so it means "not filled in", as in a poll that has only a uid. */
  #capabilityCommands(capabilities: bigint): AgentCommand[] {
    const { outbound } = this.#options;
    if (capabilities === 0n || capabilities === outbound.capabilities) return [];
    outbound.capabilities = capabilities;
    outbound.offers.isDue = true;
    return [{ type: 'record-capabilities', capabilities: capabilities.toString() }];
  }

  /** True when the message came by a connection that is new. */
  #meet(connection: AgentConnection): boolean {
    const { link, outbound } = this.#options;
    const previous = link.connection;
    const meeting = link.meet(connection);
    if (meeting === 'known' || meeting === 'echo') return false;
    if (meeting === 'opened-beside-rival' && previous) this.#giveOtherUid(previous);
    outbound.onNewConnection();
    return true;
  }

  #giveOtherUid(connection: AgentConnection): void {
    const { context, self } = this.#options;
    const { agentId } = self;
    context.logger.warn('Two agents use the same instance uid; the newer one is given another', { agentId });
    const agentIdentification = { newInstanceUid: newInstanceUid() };
    connection.push({ head: encodeServerToAgent({ instanceUid: self.uid, agentIdentification }) });
  }

  #takeConfig(report: EffectiveConfigReport, metadata: EventMetadata, nowMs: number) {
    const { context, facts } = this.#options;
    const stated = facts.state.status === 'enrolled' ? facts.state.effectiveConfig : '';
    const due = this.configs.take(report, stated, nowMs);
    return due && recordEffectiveConfig(due, metadata, context.knownContent);
  }

  #heard(message: AgentToServer, nowMs: number): void {
    const { context, facts, link, outbound } = this.#options;
    const { offers, question } = outbound;
    question.heard(message);
    if (message.remoteConfigStatus) {
      offers.isDue = true;
      const seconds = offers.appliedAfterSeconds(facts.state, nowMs);
      if (seconds !== undefined) context.metrics.applied(seconds, this.#agentType);
    }
    if (link.connection?.transport !== 'http' || question.isPending(nowMs)) return;
    const poll = offers.judgePoll(message.sequenceNum, facts.state, nowMs);
    if (poll === 'in-doubt') question.doubtLastOffer();
  }

  #considerFullState(slot: ReplySlot, missing: boolean, nowMs: number): void {
    const { self, outbound } = this.#options;
    const { question } = outbound;
    const isWaitedFor = !question.isPending(nowMs) && outbound.decide() === 'wait-for-status';
    if (!missing && !isWaitedFor && !question.isOwed) return;
    if (question.claim(self, nowMs)) slot.flags |= ServerToAgentFlag.ReportFullState;
  }

  #considerComponents(componentsHash: string, slot: ReplySlot, nowMs: number): void {
    const { context, self, facts, outbound } = this.#options;
    if (facts.state.status !== 'enrolled' || facts.state.componentsContent !== null) return;
    if (!hasCapability(outbound.capabilities, AgentCapability.ReportsAvailableComponents)) return;
    if (!context.components.claimQuestion(componentsHash, self, nowMs)) return;
    if (outbound.question.takeBudget(nowMs)) slot.flags |= ServerToAgentFlag.ReportAvailableComponents;
  }
}
