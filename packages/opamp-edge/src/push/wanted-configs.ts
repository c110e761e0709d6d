import {
  type AssignmentEvent,
  assignmentEvents,
  groupEvents,
  streamOf,
  streamPrefix,
} from '@ampora/catalogue';
import {
  type Cause,
  causeOf,
  type ContentReader,
  type GroupMembership,
  type OwnAssignment,
  type ReofferWish,
  typedEvents,
} from '@ampora/application';
import type { EventLog, LiveBatch, Subscription } from '@ampora/application/ports';
import { type AssignableVersion, assignmentDecider, countsIn, wantedOfGroup } from '@ampora/domain';
import { fold, type Position, type RecordedEvent, START } from '@ampora/kernel';
import type { Logger } from '@ampora/platform';
import { isOfGroup, KnownGroups } from './known-groups.ts';
import { encodeOffer, isEmptyConfig, type Offer } from './offer.ts';

/** What was decided about one agent: what it shall run itself, and which group it is in. */
export interface Decided {
  readonly own: OwnAssignment;
  readonly membership: GroupMembership;
}

/** What became known of what was decided about one agent. */
export interface DecidedNow extends Partial<Decided> {
  readonly reoffer?: ReofferWish | null;
}

/** What an agent should run, and the event for whose sake. */
export interface Wanted {
  readonly version: AssignableVersion | null;
  readonly by: Cause | null;
  /** Whose assignment it is; the fleet's also where it has none. */
  readonly level: 'agent' | 'group' | 'fleet';
}

export interface WantedConfigsOptions {
  readonly log: EventLog;
  readonly content: ContentReader;
  readonly tenant: string;
  readonly logger: Logger;
  /** A larger offer is not sent at all: no message may exceed the limit. */
  readonly maxOfferBytes: number;
  /** An agent's own assignment changed, or its group, or it is to be offered once more. */
  readonly onAgent: (agentId: string, change: DecidedNow) => void;
  /** What the members of a group should run changed. */
  readonly onGroup: (groupId: string) => void;
  /** What agents without an assignment of their own should run changed, or a configuration became ready to be sent. */
  readonly onFleet: () => void;
  readonly onReady: (configHash: string) => void;
}

const OFFER_CACHE_BYTES = 64 * 1024 * 1024;
const RETRY_MS = 1_000;

/** Labels and selectors are of no concern to what is sent. */
const followed = [...assignmentEvents, ...groupEvents]
  .map(({ type }) => type)
  .filter((type) => type !== 'AgentLabelsChanged' && type !== 'GroupSelectorChanged');

/** What agents should run, as the log says; follows it live. */
export class WantedConfigs {
  readonly #options: WantedConfigsOptions;
  readonly #groups: KnownGroups;
  #fleet: OwnAssignment = { assigned: null, at: START, by: null };
  #subscription: Subscription | undefined;
  readonly #offers = new Map<string, Offer>();
  #offerBytes = 0;
  readonly #preparing = new Map<string, Promise<void>>();
  /** Assigned, but not to be sent: empty, or its body is nowhere. */
  readonly #unsendable = new Set<string>();
  #stopped = false;

  constructor(options: WantedConfigsOptions) {
    this.#options = options;
    this.#groups = new KnownGroups(options.log);
  }

  /** Its own assignment, else its group's, else the fleet's. The group must be known: see `ready`. */
  wantedOf({ own, membership }: Decided): Wanted {
    if (own.assigned) return { version: own.assigned, by: own.by, level: 'agent' };
    const group = membership.groupId === null ? undefined : this.#groups.find(membership.groupId);
    const ofGroup = group && countsIn(group.standing, membership.at) ? wantedOfGroup(group.standing) : null;
    if (group && ofGroup) return { version: ofGroup, by: later(membership, group).by, level: 'group' };
    // What took an assignment away is why the fleet's applies, unless that is younger.
    const left = group ?? (membership.groupId === null ? membership : undefined);
    const by = [own, left].reduce<Since>((last, one) => (one?.by ? later(last, one) : last), this.#fleet).by;
    return { version: this.#fleet.assigned, by, level: 'fleet' };
  }

  /** Resolves when it is known what such an agent should run, and its text is at hand or known to be unsendable. */
  async ready(decided: Decided): Promise<void> {
    const { groupId } = decided.membership;
    if (groupId !== null) await this.#groups.load(groupId);
    const { version } = this.wantedOf(decided);
    if (version) await this.prepare(version);
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
      filter: { types: followed },
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
    if (recorded.metadata.tenant !== this.#options.tenant) return;
    if (isOfGroup(recorded)) return this.#takeGroup(recorded);
    const [event] = typedEvents<AssignmentEvent>([recorded]);
    if (!event) return;
    const { onAgent, onFleet } = this.#options;
    const seen = { at: recorded.position, by: causeOf(recorded) };
    switch (event.type) {
      case 'AgentConfigurationAssigned':
      case 'AgentConfigurationUnassigned': {
        const { assigned } = assignmentDecider.evolve(assignmentDecider.initial, event);
        // The text first: whoever is told can then send at once.
        if (assigned) await this.prepare(assigned);
        onAgent(event.data.agentId, { own: { assigned, ...seen } });
        return;
      }
      case 'AgentJoinedGroup':
      case 'AgentLeftGroup': {
        const groupId = event.type === 'AgentJoinedGroup' ? event.data.groupId : null;
        if (groupId !== null) await this.#prepareGroup(groupId);
        onAgent(event.data.agentId, { membership: { groupId, ...seen } });
        return;
      }
      case 'FleetConfigurationAssigned':
      case 'FleetConfigurationUnassigned': {
        const { assigned } = assignmentDecider.evolve(assignmentDecider.initial, event);
        if (assigned) await this.prepare(assigned);
        if (recorded.position <= this.#fleet.at) return;
        this.#fleet = { assigned, ...seen };
        onFleet();
        return;
      }
      case 'AgentConfigurationReofferRequested':
        onAgent(event.data.agentId, { reoffer: seen });
        return;
      case 'AgentLabelsChanged':
    }
  }

  async #takeGroup(recorded: RecordedEvent): Promise<void> {
    const groupId = recorded.streamId.slice(streamPrefix.group.length);
    if (!(await this.#groups.take(recorded, groupId))) return;
    await this.#prepareGroup(groupId);
    this.#options.onGroup(groupId);
  }

  async #prepareGroup(groupId: string): Promise<void> {
    await this.#groups.load(groupId);
    const group = this.#groups.find(groupId);
    const version = group && wantedOfGroup(group.standing);
    if (version) await this.prepare(version);
  }
}

interface Since {
  readonly at: Position;
  readonly by: Cause | null;
}

function later(left: Since, right: Since): Since {
  return right.at > left.at ? right : left;
}
