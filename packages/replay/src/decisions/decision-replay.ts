import { gunzipSync } from 'node:zlib';
import { contentHashOf } from '@ampora/application';
import {
  type AgentEvent,
  agentEvents,
  type AssignmentEvent,
  assignmentEvents,
  type ConfigurationEvent,
  configurationEvents,
  type ContentEvent,
  decodeEvent,
  type GroupEvent,
  groupEvents,
  streamPrefix,
  type TenantEvent,
  type TypedEvent,
} from '@ampora/catalogue';
import {
  agentDecider,
  type AgentState,
  assignmentDecider,
  type AssignableVersion,
  type AssignmentState,
  canonicalJson,
  configurationDecider,
  type ConfigurationState,
  countsIn,
  evolveStanding,
  groupDecider,
  type GroupStanding,
  type GroupState,
  noStanding,
  wantedOfGroup,
} from '@ampora/domain';
import { isRejection, type JsonValue, type Position, type RecordedEvent } from '@ampora/kernel';
import { createVerdictMemo, type Drift, judgeDrift } from '@ampora/projections';
import {
  agentDecidesAgain,
  assignmentDecidesAgain,
  configurationDecidesAgain,
  groupDecidesAgain,
  tenantDecidesAgain,
} from './decide-again.ts';
import { differenceOfOffer, type OfferSituation, type OfferState, offerStateOf } from './offer-judgement.ts';

/** What was decided again at one event. */
export interface ReplayedStep {
  readonly event: RecordedEvent;
  /** `not-decided`: a fact that no decider of ours makes, such as a stored body or an event of a newer version. */
  readonly verdict: 'identical' | 'different' | 'not-decided';
  /** What differs; empty when nothing does. */
  readonly difference: string;
  /** The agent that it is about. */
  readonly agent: AgentDecisions | null;
  /** For an event that is about every agent, or about all of a group: in how many the decision about an offer changed, and how many are due now. */
  readonly fleet: { readonly changed: number; readonly due: number } | null;
}

/** What the system decides about an agent from the events so far. */
export interface AgentDecisions {
  readonly agentId: string;
  readonly connected: boolean;
  readonly wanted: AssignableVersion | null;
  readonly offer: OfferState;
  readonly drift: Pick<Drift, 'state' | 'explanation'>;
  readonly reported: { readonly configHash: string; readonly status: string };
  readonly instanceUid: string;
}

interface Memory {
  state: AgentState;
  own: AssignmentState;
  /** Position of the event that put it into its group. */
  joinedAt: Position;
  offeredHere: string;
  /** It is to be offered once more, whatever it says that it has. */
  isForced: boolean;
  wantedBefore: OfferSituation['wantedBefore'];
  files: readonly { readonly name: string; readonly contentHash: string }[] | null;
  healthy: boolean | null;
}

interface GroupMemory {
  readonly state: GroupState;
  readonly standing: GroupStanding;
}

type Typed<Event> = Omit<RecordedEvent, 'type' | 'data'> & Event;

const agentTypes = new Set<string>(agentEvents.map(({ type }) => type));
const assignmentTypes = new Set<string>(assignmentEvents.map(({ type }) => type));
const groupTypes = new Set<string>(groupEvents.map(({ type }) => type));
const configurationTypes = new Set<string>(configurationEvents.map(({ type }) => type));

/**
 * Goes through the events of a log from its beginning (or from that of every stream that a slice touches) and makes every
 * decision again with the deciders, the edge and the judge of drift of this build. Forwards only; memory grows with the
 * agents and the bodies, not with the events.
 */
export class DecisionReplay {
  readonly #agents = new Map<string, Memory>();
  readonly #groups = new Map<string, GroupMemory>();
  readonly #fleets = new Map<string, AssignmentState>();
  readonly #configurations = new Map<string, ConfigurationState>();
  readonly #tenants = new Set<string>();
  readonly #pieces = new Map<string, Map<number, string>>();
  readonly #texts = new Map<string, string>();
  readonly #verdictOf = createVerdictMemo();

  /** Position of the event taken last. */
  position: Position = 0n;

  take(event: RecordedEvent): ReplayedStep {
    const step = this.#take(event);
    this.position = event.position;
    return { event, ...step };
  }

  /** An agent's decisions after the events so far; null for one that is not enrolled. */
  agent(agentId: string, tenant: string): AgentDecisions | null {
    const memory = this.#agents.get(agentId);
    return memory ? this.#decisionsOf(agentId, memory, tenant) : null;
  }

  #take(event: RecordedEvent): Omit<ReplayedStep, 'event'> {
    let typed: TypedEvent | undefined;
    try {
      typed = decodeEvent(event);
    } catch (error) {
      return {
        verdict: 'different',
        difference: `Cannot be read: ${String(error)}`,
        agent: null,
        fleet: null,
      };
    }
    if (!typed) return notDecided;
    if (agentTypes.has(typed.type)) return this.#takeAgent(typed as Typed<AgentEvent>);
    if (assignmentTypes.has(typed.type)) return this.#takeAssignment(typed as Typed<AssignmentEvent>);
    if (groupTypes.has(typed.type)) return this.#takeGroup(typed as Typed<GroupEvent>);
    if (configurationTypes.has(typed.type))
      return this.#takeConfiguration(typed as Typed<ConfigurationEvent>);
    if (typed.type === 'ContentStored') return this.#takeContent(typed as Typed<ContentEvent>);
    if (typed.type === 'TenantCreated') return this.#takeTenant(typed as Typed<TenantEvent>);
    return notDecided;
  }

  #takeAgent(event: Typed<AgentEvent>): Omit<ReplayedStep, 'event'> {
    const agentId = event.streamId.slice(streamPrefix.agent.length);
    const memory = this.#memoryOf(agentId);
    const { tenant } = event.metadata;
    let difference = compare(event, () => agentDecidesAgain(memory.state, event));
    if (
      difference === '' &&
      event.type === 'AgentRemoteConfigOffered' &&
      memory.state.status === 'enrolled'
    ) {
      const offered = { ...event.data, atMs: event.recordedAtMs };
      difference = differenceOfOffer(offered, this.#situationOf(memory, tenant, memory.state));
    }
    memory.state = agentDecider.evolve(memory.state, event);
    remember(memory, event);
    return decided(difference, this.#decisionsOf(agentId, memory, tenant));
  }

  #takeAssignment(event: Typed<AssignmentEvent>): Omit<ReplayedStep, 'event'> {
    const { tenant } = event.metadata;
    if ('agentId' in event.data) {
      const { agentId } = event.data;
      const memory = this.#memoryOf(agentId);
      const difference = compare(event, () => assignmentDecidesAgain(memory.own, event));
      this.#change(memory, tenant, event.recordedAtMs, () => {
        memory.own = assignmentDecider.evolve(memory.own, event);
        if (event.type === 'AgentJoinedGroup') memory.joinedAt = event.position;
        if (event.type === 'AgentConfigurationReofferRequested') memory.isForced = true;
      });
      return decided(difference, this.#decisionsOf(agentId, memory, tenant));
    }
    const before = this.#fleets.get(tenant) ?? assignmentDecider.initial;
    const difference = compare(event, () => assignmentDecidesAgain(before, event));
    const isConcerned = (memory: Memory) => !memory.own.assigned && !this.#wantedByGroup(memory);
    const fleet = this.#changeMany(event, isConcerned, () => {
      this.#fleets.set(tenant, assignmentDecider.evolve(before, event));
    });
    return { ...decided(difference, null), fleet };
  }

  #takeGroup(event: Typed<GroupEvent>): Omit<ReplayedStep, 'event'> {
    const { groupId } = event.data;
    const { state, standing } = this.#groups.get(groupId) ?? {
      state: groupDecider.initial,
      standing: noStanding,
    };
    const difference = compare(event, () => groupDecidesAgain(state, event));
    const isConcerned = (memory: Memory) => memory.own.groupId === groupId && !memory.own.assigned;
    const fleet = this.#changeMany(event, isConcerned, () => {
      this.#groups.set(groupId, {
        state: groupDecider.evolve(state, event),
        standing: evolveStanding(standing, event, event.position),
      });
    });
    return { ...decided(difference, null), fleet };
  }

  /** What many agents should run changes at once; answers in how many the decision about an offer did. */
  #changeMany(
    { metadata: { tenant }, recordedAtMs }: RecordedEvent | Typed<GroupEvent | AssignmentEvent>,
    isConcerned: (memory: Memory) => boolean,
    apply: () => void,
  ): NonNullable<ReplayedStep['fleet']> {
    const stateOf = (memory: Memory) =>
      memory.state.status === 'enrolled'
        ? offerStateOf(this.#situationOf(memory, tenant, memory.state))
        : undefined;
    const concerned = [...this.#agents.values()]
      .filter((memory) => memory.state.status === 'enrolled' && isConcerned(memory))
      .map((memory) => ({ memory, wanted: this.#wantedOf(memory, tenant), offer: stateOf(memory) }));
    apply();
    let changed = 0;
    let due = 0;
    for (const { memory, wanted, offer } of concerned) {
      memory.wantedBefore = { version: wanted, untilMs: recordedAtMs };
      const after = stateOf(memory);
      if (after !== offer) changed++;
      if (after === 'due') due++;
    }
    return { changed, due };
  }

  #change(memory: Memory, tenant: string, atMs: number, apply: () => void): void {
    memory.wantedBefore = { version: this.#wantedOf(memory, tenant), untilMs: atMs };
    apply();
  }

  #takeConfiguration(event: Typed<ConfigurationEvent>): Omit<ReplayedStep, 'event'> {
    const state = this.#configurations.get(event.streamId) ?? configurationDecider.initial;
    let again: ReturnType<typeof configurationDecidesAgain>;
    const difference = compare(event, () => (again = configurationDecidesAgain(state, event)) ?? [event]);
    this.#configurations.set(event.streamId, configurationDecider.evolve(state, event));
    return again === undefined && difference === '' ? notDecided : decided(difference, null);
  }

  #takeTenant(event: Typed<TenantEvent>): Omit<ReplayedStep, 'event'> {
    const difference = compare(event, () => tenantDecidesAgain(this.#tenants.has(event.streamId), event));
    this.#tenants.add(event.streamId);
    return decided(difference, null);
  }

  /** A body is whole with its last piece, and then is what its hash says. */
  #takeContent({
    data: { contentHash, index, count, data },
  }: Typed<ContentEvent>): Omit<ReplayedStep, 'event'> {
    const pieces = this.#pieces.get(contentHash) ?? new Map<number, string>();
    this.#pieces.set(contentHash, pieces.set(index, data));
    if (pieces.size < count) return notDecided;
    this.#pieces.delete(contentHash);
    try {
      const gathered = Array.from({ length: count }, (_, piece) =>
        Buffer.from(pieces.get(piece) ?? '', 'base64'),
      );
      const body = gunzipSync(Buffer.concat(gathered));
      this.#texts.set(contentHash, body.toString('utf8'));
      if (contentHashOf(body) === contentHash) return notDecided;
      return decided(`The stored body is not the one that its hash ${contentHash} names.`, null);
    } catch (error) {
      return decided(`The stored body ${contentHash} cannot be unpacked: ${String(error)}.`, null);
    }
  }

  #memoryOf(agentId: string): Memory {
    const known = this.#agents.get(agentId);
    if (known) return known;
    const memory: Memory = {
      state: agentDecider.initial,
      own: assignmentDecider.initial,
      joinedAt: 0n,
      offeredHere: '',
      isForced: false,
      wantedBefore: null,
      files: null,
      healthy: null,
    };
    this.#agents.set(agentId, memory);
    return memory;
  }

  #wantedOf(memory: Memory, tenant: string): AssignableVersion | null {
    return memory.own.assigned ?? this.#wantedByGroup(memory) ?? this.#fleets.get(tenant)?.assigned ?? null;
  }

  #wantedByGroup({ own: { groupId }, joinedAt }: Memory): AssignableVersion | null {
    const group = groupId === null ? undefined : this.#groups.get(groupId);
    return group && countsIn(group.standing, joinedAt) ? wantedOfGroup(group.standing) : null;
  }

  #situationOf(memory: Memory, tenant: string, state: OfferSituation['state']): OfferSituation {
    const { offeredHere, wantedBefore, isForced } = memory;
    return { state, wanted: this.#wantedOf(memory, tenant), wantedBefore, offeredHere, isForced };
  }

  #decisionsOf(agentId: string, memory: Memory, tenant: string): AgentDecisions | null {
    const { state, files, healthy } = memory;
    if (state.status !== 'enrolled') return null;
    const situation = this.#situationOf(memory, tenant, state);
    const { remoteConfig, capabilities } = state;
    // What is meant for all does not count for an agent that can only be watched.
    const isMeant =
      memory.own.assigned !== null || capabilities === '' || (BigInt(capabilities) & 0x2n) !== 0n;
    const wanted = isMeant ? situation.wanted : null;
    const drift = judgeDrift(
      {
        wanted,
        capabilities: capabilities || null,
        status: remoteConfig.status,
        statusHash: remoteConfig.hash,
        statusError: remoteConfig.error,
        files,
        healthy,
      },
      (assigned, effective) =>
        this.#verdictOf(assigned.contentHash, effective, (hash) => this.#texts.get(hash)),
    );
    return {
      agentId,
      connected: state.connection.digest === 'up',
      wanted,
      offer: offerStateOf(situation),
      drift: { state: drift.state, explanation: drift.explanation },
      reported: { configHash: remoteConfig.hash, status: remoteConfig.status },
      instanceUid: state.instanceUid,
    };
  }
}

const notDecided = { verdict: 'not-decided', difference: '', agent: null, fleet: null } as const;

function decided(difference: string, agent: AgentDecisions | null): Omit<ReplayedStep, 'event'> {
  return { verdict: difference === '' ? 'identical' : 'different', difference, agent, fleet: null };
}

function remember(memory: Memory, event: AgentEvent): void {
  switch (event.type) {
    case 'AgentConnected':
      memory.offeredHere = '';
      return;
    case 'AgentRemoteConfigOffered':
      memory.offeredHere = event.data.configHash;
      memory.isForced = false;
      return;
    case 'AgentHealthReported':
    case 'AgentHealthFlapping':
      memory.healthy = event.data.health.healthy;
      return;
    case 'AgentEffectiveConfigReported':
      memory.files = event.data.files.map(({ name, contentHash }) => ({ name, contentHash }));
      return;
    default:
  }
}

/** The decision made again, held against what the log has: byte for byte, members in order. */
function compare(
  event: { readonly type: string; readonly data: unknown },
  decide: () => readonly { readonly type: string; readonly data: unknown }[],
): string {
  let again: readonly { readonly type: string; readonly data: unknown }[];
  try {
    again = decide();
  } catch (error) {
    if (!isRejection(error)) throw error;
    return `The log has ${event.type}; decided again, it is refused: ${error.message}`;
  }
  const [first] = again;
  if (!first) return `The log has ${event.type}; decided again, nothing is to be stated.`;
  if (again.length > 1 || first.type !== event.type)
    return `The log has ${event.type}; decided again: ${again.map(({ type }) => type).join(', ')}.`;
  if (canonicalJson(first.data as JsonValue) !== canonicalJson(event.data as JsonValue))
    return `${event.type} has other data when decided again.`;
  return '';
}
