import type { Cause, ReofferWish } from '@ampora/application';
import type { AgentCommand, AgentState, EnrolledAgent } from '@ampora/domain';
import { type Position, START } from '@ampora/kernel';
import { decideOffer, type Doubt, type OfferDecision } from '../outbound/remote-config.ts';
import type { Offer } from '../push/offer.ts';
import type { Decided, DecidedNow, Wanted, WantedConfigs } from '../push/wanted-configs.ts';

export interface AgentOffersOptions {
  readonly wanted: WantedConfigs;
  /** After how long a polling agent's silence about an offer is a reason to ask; doubles each time. */
  readonly repeatOfferMs: number;
}

/** What decides about an offer and is kept elsewhere. */
export interface OfferCircumstances {
  readonly state: AgentState;
  readonly capabilities: bigint;
  readonly doubt: Doubt;
}

/** What one agent should run, and what it was sent of it on the connection it has. */
export class AgentOffers {
  readonly #options: AgentOffersOptions;
  #own: Decided['own'] = { assigned: null, at: START, by: null };
  #membership: Decided['membership'] = { groupId: null, at: START, by: null };
  /** Somebody wants it offered once more; met by the next offer. */
  #wish: ReofferWish | undefined = undefined;
  #wishedAt: Position = START;
  /** Something changed since it was last decided whether there is anything to send. */
  isDue = true;
  #offeredHere = '';
  #offeredAtMs = 0;
  /** Number of the message whose answer carried the offer. */
  #offeredTo: bigint | undefined = undefined;
  #repeats = 0;
  /** Pushed, but not yet on its way to the log: pushing to many comes first. */
  #unrecorded: AgentCommand | undefined = undefined;

  constructor(options: AgentOffersOptions) {
    this.#options = options;
  }

  /** Neither it nor its group is assigned anything: what all should run is what it should. */
  get followsFleet(): boolean {
    return this.#wanted.level === 'fleet';
  }

  /** It is in this group, and nothing is assigned to the agent itself. */
  follows(groupId: string): boolean {
    return this.#membership.groupId === groupId && !this.#own.assigned;
  }

  get hasUnrecorded(): boolean {
    return this.#unrecorded !== undefined;
  }

  /** Something was sent on the connection that it has now. */
  get hasOfferedHere(): boolean {
    return this.#offeredHere !== '';
  }

  /** What was decided about the agent; what is older than what is known changes nothing. */
  decided({ own, membership, reoffer }: DecidedNow): void {
    if (reoffer && reoffer.at > this.#wishedAt) {
      this.#wish = reoffer;
      this.#wishedAt = reoffer.at;
      this.isDue = true;
    }
    if (own && own.at > this.#own.at) {
      this.#own = own;
      this.isDue = true;
    }
    if (membership && membership.at > this.#membership.at) {
      this.#membership = membership;
      this.isDue = true;
    }
  }

  onNewConnection(): void {
    this.isDue = true;
    this.#offeredHere = '';
    this.#offeredTo = undefined;
    this.#repeats = 0;
  }

  /** Whether the agent was sent something of which it has said nothing. */
  static isUnanswered({ offeredConfig, offerAnswered, remoteConfig }: EnrolledAgent): boolean {
    return offeredConfig !== '' && !offerAnswered && remoteConfig.hash !== offeredConfig;
  }

  /**
   * A poll of an agent that was offered something and has not said so. `lost`: it repeats the very poll that was answered with the offer, so
   * that answer never came. `in-doubt`: it has been silent about it for long.
   */
  judgePoll(sequenceNum: bigint, state: AgentState, nowMs: number): 'lost' | 'in-doubt' | 'nothing' {
    if (this.#offeredHere === '' || state.status !== 'enrolled') return 'nothing';
    if (!AgentOffers.isUnanswered(state)) return 'nothing';
    const isLost = sequenceNum === this.#offeredTo;
    const isOld = nowMs - this.#offeredAtMs >= this.#options.repeatOfferMs * 2 ** this.#repeats;
    if (!isLost && !isOld) return 'nothing';
    this.#offeredHere = '';
    this.isDue = true;
    return isLost ? 'lost' : 'in-doubt';
  }

  decide({ state, capabilities, doubt }: OfferCircumstances): OfferDecision {
    if (!this.isDue || state.status !== 'enrolled') return 'nothing';
    return decideOffer({
      wanted: this.#wanted.version?.configHash ?? '',
      capabilities,
      reported: state.remoteConfig.hash,
      offered: state.offeredConfig,
      offerAnswered: state.offerAnswered,
      offeredHere: this.#offeredHere,
      doubt,
      isForced: this.#wish !== undefined,
    });
  }

  /** What is to be sent now. Stays due while its text is being fetched, or while the agent has still to say what it has. */
  toSend(circumstances: OfferCircumstances): Offer | undefined {
    if (!this.isDue || circumstances.state.status !== 'enrolled') return undefined;
    const decision = this.decide(circumstances);
    if (decision === 'wait-for-status') return undefined;
    const wanted = this.#wanted.version;
    const offer = decision === 'offer' && wanted ? this.#options.wanted.offerFor(wanted) : undefined;
    this.isDue = decision === 'offer' && !offer;
    return offer;
  }

  /** It was sent: `to` is the number of the message that it answers, if it does. */
  note(
    { version: offered }: Offer,
    connectionId: string,
    { state, to }: { readonly state: AgentState; readonly to?: bigint | undefined },
  ): AgentCommand {
    const { configHash, configurationId, version } = offered;
    const isRepeat = state.status === 'enrolled' && state.offeredConfig === configHash;
    this.#repeats = isRepeat ? this.#repeats + 1 : 0;
    this.#offeredHere = configHash;
    this.#offeredTo = to;
    this.#offeredAtMs = Date.now();
    this.#wish = undefined;
    return { type: 'record-remote-config-offer', configHash, configurationId, version, connectionId };
  }

  /** Keeps what a push has to state until there is time for it; in the log it stands before what the agent says to it. */
  recordLater(command: AgentCommand): void {
    this.#unrecorded = command;
  }

  takeUnrecorded(): AgentCommand[] {
    const command = this.#unrecorded;
    this.#unrecorded = undefined;
    return command ? [command] : [];
  }

  /** Seconds from the offer until now, once: when the agent says that it runs what it was offered here. */
  appliedAfterSeconds(state: AgentState, nowMs: number): number | undefined {
    if (state.status !== 'enrolled' || this.#offeredAtMs === 0) return undefined;
    const { hash, status } = state.remoteConfig;
    if (status !== 'applied' || hash !== this.#offeredHere) return undefined;
    const seconds = (nowMs - this.#offeredAtMs) / 1000;
    this.#offeredAtMs = 0;
    return seconds;
  }

  /** The event for whose sake the agent should run what it should. */
  get cause(): Cause | null {
    return this.#wish?.by ?? this.#wanted.by;
  }

  get #wanted(): Wanted {
    return this.#options.wanted.wantedOf({ own: this.#own, membership: this.#membership });
  }
}
