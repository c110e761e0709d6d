import { type AssignmentEvent, assignmentEvents, streamOf } from '@ampora/catalogue';
import { type Cause, causeOf, type ContentReader, typedEvents } from '@ampora/application';
import type { EventLog, LiveBatch, Subscription } from '@ampora/application/ports';
import { type AssignableVersion, assignmentDecider } from '@ampora/domain';
import { fold, type Position, type RecordedEvent, START } from '@ampora/kernel';
import type { Logger } from '@ampora/platform';
import { encodeOffer, isEmptyConfig, type Offer } from './offer.ts';

/** What an assignment stream says, and how far in the log that is known. */
export interface Assignment {
  readonly assigned: AssignableVersion | null;
  readonly at: Position;
  /** The event that says so; null when nothing was ever assigned. */
  readonly by: Cause | null;
}

export interface WantedConfigsOptions {
  readonly log: EventLog;
  readonly content: ContentReader;
  readonly tenant: string;
  readonly logger: Logger;
  /** A larger offer is not sent at all: no message may exceed the limit. */
  readonly maxOfferBytes: number;
  /** An agent's own assignment changed. */
  readonly onAgent: (agentId: string, assignment: Assignment) => void;
  /** What agents without an assignment of their own should run changed, or a configuration became ready to be sent. */
  readonly onFleet: () => void;
  readonly onReady: (configHash: string) => void;
}

const OFFER_CACHE_BYTES = 64 * 1024 * 1024;
const RETRY_MS = 1_000;

/** What agents should run, as the log says; follows it live. */
export class WantedConfigs {
  readonly #options: WantedConfigsOptions;
  #fleet: Assignment = { assigned: null, at: START, by: null };
  #subscription: Subscription | undefined;
  readonly #offers = new Map<string, Offer>();
  #offerBytes = 0;
  readonly #preparing = new Map<string, Promise<void>>();
  /** Assigned, but not to be sent: empty, or its body is nowhere. */
  readonly #unsendable = new Set<string>();
  #stopped = false;

  constructor(options: WantedConfigsOptions) {
    this.#options = options;
  }

  get fleet(): AssignableVersion | null {
    return this.#fleet.assigned;
  }

  get fleetBy(): Cause | null {
    return this.#fleet.by;
  }

  /** Follows assignments from now on, then reads what was assigned before: nothing falls in between. */
  async start(): Promise<void> {
    const { log, tenant } = this.#options;
    const from = await log.head();
    const stream = await log.readStream(streamOf.fleetAssignment(tenant));
    const { assigned } = fold(assignmentDecider, typedEvents<AssignmentEvent>(stream));
    const last = stream.at(-1);
    this.#fleet = { assigned, at: last?.position ?? START, by: last ? causeOf(last) : null };
    if (assigned) await this.prepare(assigned);
    this.#subscribe(from);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#subscription?.close();
  }

  /** The encoded offer, if it is at hand; otherwise it is being prepared and `onReady` will tell. */
  offerFor(version: AssignableVersion): Offer | undefined {
    const offer = this.#offers.get(version.configHash);
    if (!offer && !this.#unsendable.has(version.configHash)) void this.prepare(version);
    return offer;
  }

  /** Resolves when the offer is at hand or known to be unsendable. */
  prepare(version: AssignableVersion): Promise<void> {
    const { configHash } = version;
    if (this.#offers.has(configHash) || this.#unsendable.has(configHash)) return Promise.resolve();
    const known = this.#preparing.get(configHash);
    if (known) return known;
    const preparing = this.#prepare(version).finally(() => this.#preparing.delete(configHash));
    this.#preparing.set(configHash, preparing);
    return preparing;
  }

  async #prepare(version: AssignableVersion): Promise<void> {
    const { content, logger, onReady } = this.#options;
    let body: Buffer | undefined;
    try {
      body = await content.read(version.contentHash);
    } catch (error) {
      logger.warn('A configuration could not be read; trying again', { ...version, error: String(error) });
      if (!this.#stopped) setTimeout(() => void this.prepare(version), RETRY_MS).unref();
      return;
    }
    const offer = body && encodeOffer(version, body);
    const why = this.#whyNot(body, offer);
    if (why !== undefined || !offer) {
      logger.error(`A configuration is assigned but not sent: ${why}`, { ...version });
      this.#unsendable.add(version.configHash);
      return;
    }
    this.#keep(offer);
    onReady(version.configHash);
  }

  #whyNot(body: Uint8Array | undefined, offer: Offer | undefined): string | undefined {
    if (!body || !offer) return 'its text is not in the log.';
    if (isEmptyConfig(body)) return 'it is empty, which would stop the agent.';
    const { byteLength } = offer.shared;
    const { maxOfferBytes } = this.#options;
    return byteLength > maxOfferBytes
      ? `it takes ${byteLength} bytes, and a message may have ${maxOfferBytes}.`
      : undefined;
  }

  #keep(offer: Offer): void {
    this.#offers.set(offer.version.configHash, offer);
    this.#offerBytes += offer.shared.byteLength;
    for (const [hash, old] of this.#offers) {
      if (this.#offerBytes <= OFFER_CACHE_BYTES || hash === offer.version.configHash) break;
      this.#offers.delete(hash);
      this.#offerBytes -= old.shared.byteLength;
    }
  }

  #subscribe(from: Position): void {
    const { log, logger } = this.#options;
    let position = from;
    const subscription = log.subscribeAll({
      from,
      filter: { types: assignmentEvents.map(({ type }) => type) },
      onBatch: async (batch: LiveBatch) => {
        for (const event of batch.events) await this.#take(event);
        position = batch.position;
      },
    });
    this.#subscription = subscription;
    subscription.ended.catch((error: unknown) => {
      if (this.#stopped) return;
      logger.error('Assignments are no longer followed; starting again', { error: String(error) });
      setTimeout(() => {
        if (!this.#stopped) this.#subscribe(position);
      }, RETRY_MS).unref();
    });
  }

  async #take(recorded: RecordedEvent): Promise<void> {
    const { tenant, onAgent, onFleet } = this.#options;
    const [event] = typedEvents<AssignmentEvent>([recorded]);
    if (!event || recorded.metadata.tenant !== tenant) return;
    const { assigned } = assignmentDecider.evolve({ assigned: null }, event);
    // The text first: whoever is told can then send at once.
    if (assigned) await this.prepare(assigned);
    const assignment = { assigned, at: recorded.position, by: causeOf(recorded) };
    if (event.type === 'AgentConfigurationAssigned' || event.type === 'AgentConfigurationUnassigned') {
      onAgent(event.data.agentId, assignment);
      return;
    }
    if (recorded.position <= this.#fleet.at) return;
    this.#fleet = assignment;
    onFleet();
  }
}
