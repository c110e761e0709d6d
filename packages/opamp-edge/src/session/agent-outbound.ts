import type { AgentCommand } from '@ampora/domain';
import { isOwnMetricsDue, type OwnMetricsSettings } from '../outbound/own-metrics.ts';
import type { OfferDecision } from '../outbound/remote-config.ts';
import type { Offer } from '../push/offer.ts';
import type { AgentFacts } from './agent-facts.ts';
import type { AgentLink } from './agent-link.ts';
import { AgentOffers, type OfferCircumstances } from './agent-offers.ts';
import { AnswerSlots } from './answer-slots.ts';
import { FullStateQuestion } from './full-state-question.ts';
import type { OwedQuestion } from './full-state-pace.ts';
import type { ReplySlot } from './reply-slot.ts';
import type { SessionContext } from './session-context.ts';

export interface AgentOutboundOptions {
  readonly context: Omit<SessionContext<never>, 'load' | 'alias'>;
  readonly facts: AgentFacts;
  readonly link: AgentLink;
  /** As which it is asked for its full state. */
  readonly self: OwedQuestion & { readonly uid: Uint8Array };
  /** When something is due has changed. */
  readonly reschedule: () => void;
}

/** What goes to one agent: answers in order, questions, and the configuration it should run, in an answer or unasked. */
export class AgentOutbound {
  readonly #options: AgentOutboundOptions;
  readonly offers: AgentOffers;
  readonly question: FullStateQuestion;
  readonly answers: AnswerSlots;
  /** Bit mask of what the agent said last. */
  capabilities = 0n;
  #isOwnMetricsOfferedHere = false;

  constructor(options: AgentOutboundOptions) {
    this.#options = options;
    this.answers = new AnswerSlots(options.context.capabilities);
    this.offers = new AgentOffers(options.context);
    this.question = new FullStateQuestion(options.context);
  }

  /** Sends every answer that waits for nothing more and for none before it. */
  flush(): void {
    for (let slot = this.answers.takeReady(); slot; slot = this.answers.takeReady()) this.#answer(slot);
  }

  #answer(slot: ReplySlot): void {
    const { target, connection, instanceUid, sequenceNum } = slot;
    if (slot.failed) {
      target.refuse(instanceUid, slot.failed);
      return;
    }
    const { context, facts, link, reschedule } = this.#options;
    context.metrics.acknowledged(slot.receivedAtMs);
    const isCurrent = connection === link.connection;
    const offer = isCurrent ? this.#toSend() : undefined;
    const ownMetrics = isCurrent ? this.#ownMetricsDue() : undefined;
    const isSent = this.answers.answer(slot, { offer, ownMetrics });
    if (isCurrent && slot.flags !== 0n) {
      this.question.sent(Date.now());
      reschedule();
    }
    if (offer && isSent) facts.submitAside([this.#noteOffered(offer, connection.id, sequenceNum)]);
    if (offer && !isSent) this.offers.isDue = true;
    if (ownMetrics && isSent) facts.submitAside([this.#noteOwnMetrics(ownMetrics, connection.id)]);
  }

  /** What the agent should have now, if it is to be told. */
  decide(): OfferDecision {
    return this.offers.decide(this.#circumstances());
  }

  /** Sends what is wanted and not there, unasked; see `AgentSession.pushWanted`. */
  pushWanted(): 'pushed' | 'nothing' | 'too-slow' {
    const { link, self } = this.#options;
    const { connection } = link;
    this.offers.isDue = true;
    if (connection?.transport !== 'websocket') return 'nothing';
    if (this.decide() === 'wait-for-status') this.question.owe(self, Date.now());
    const offer = this.#toSend();
    if (!offer) return 'nothing';
    if (!this.answers.push(connection, self.uid, offer)) {
      this.offers.isDue = true;
      return 'too-slow';
    }
    this.offers.recordLater(this.#noteOffered(offer, connection.id));
    return 'pushed';
  }

  /** In the log an offer stands before what the agent says to it. */
  recordOffer(): void {
    this.#options.facts.submitAside(this.offers.takeUnrecorded());
  }

  /** The time to say what it has is over for an agent that was asked. */
  expire(nowMs: number): void {
    if (!this.question.expire(nowMs)) return;
    if (this.pushWanted() === 'pushed') this.recordOffer();
  }

  /** A connection that is new: nothing of what was said on the last one counts for certain. */
  onNewConnection(): void {
    const { state } = this.#options.facts;
    this.answers.hasGreeted = false;
    this.#isOwnMetricsOfferedHere = false;
    this.recordOffer();
    this.offers.onNewConnection();
    this.question.onNewConnection(state.status === 'enrolled' && AgentOffers.isUnanswered(state));
  }

  #ownMetricsDue(): OwnMetricsSettings | undefined {
    const { context, facts } = this.#options;
    const { state } = facts;
    if (state.status !== 'enrolled') return undefined;
    const isDue = isOwnMetricsDue({
      wanted: context.ownMetrics,
      capabilities: this.capabilities,
      offered: state.offeredOwnMetrics,
      reported: state.connectionSettings.hash,
      isOfferedHere: this.#isOwnMetricsOfferedHere,
    });
    return isDue ? context.ownMetrics : undefined;
  }

  #noteOwnMetrics({ settingsHash, endpoint }: OwnMetricsSettings, connectionId: string): AgentCommand {
    this.#isOwnMetricsOfferedHere = true;
    return { type: 'record-own-metrics-offer', settingsHash, endpoint, connectionId };
  }

  #toSend(): Offer | undefined {
    return this.offers.toSend(this.#circumstances());
  }

  #circumstances(): OfferCircumstances {
    const { state } = this.#options.facts;
    return { state, capabilities: this.capabilities, doubt: this.question.doubt };
  }

  #noteOffered(offer: Offer, connectionId: string, to?: bigint): AgentCommand {
    const { facts } = this.#options;
    facts.offerCause = this.offers.cause;
    return this.offers.note(offer, connectionId, { state: facts.state, to });
  }
}
