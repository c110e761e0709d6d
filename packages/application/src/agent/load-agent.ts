import { type AgentEvent, type AssignmentEvent, streamOf } from '@ampora/catalogue';
import { agentDecider, type AgentState, type AssignableVersion, assignmentDecider } from '@ampora/domain';
import { fold, type Position, type RecordedEvent, START } from '@ampora/kernel';
import { type Cause, causeOf } from '../event-writing/cause.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';

/** An agent as the log has it. */
export interface LoadedAgent {
  readonly state: AgentState;
  /** Last revision of its stream, -1 when it has none. */
  readonly revision: number;
  readonly own: OwnAssignment;
  readonly membership: GroupMembership;
  /** The offer that was made last. */
  readonly offered: OfferMade | null;
  /** Somebody wants it offered once more, and no offer since has met that. */
  readonly reoffer: ReofferWish | null;
}

/** What an agent itself was told to run, and how far in the log that is known. */
export interface OwnAssignment {
  readonly assigned: AssignableVersion | null;
  /** Of the event that says so; START when none ever did. */
  readonly at: Position;
  readonly by: Cause | null;
}

/** The group that an agent was put into last and has not left; whether that counts is for the group to say (adr/0024). */
export interface GroupMembership {
  readonly groupId: string | null;
  readonly at: Position;
  readonly by: Cause | null;
}

/** What is wanted once, and is met by the next offer. */
export interface ReofferWish {
  readonly at: Position;
  readonly by: Cause;
}

export interface OfferMade {
  readonly configHash: string;
  readonly eventId: string;
}

function lastOfferOf(events: readonly RecordedEvent[]): OfferMade | null {
  const offer = events.findLast(({ type }) => type === 'AgentRemoteConfigOffered');
  return offer ? { configHash: String(offer.data['configHash']), eventId: offer.id } : null;
}

function openWishOf(own: readonly RecordedEvent[], decisions: readonly RecordedEvent[]): ReofferWish | null {
  const wish = decisions.findLast(({ type }) => type === 'AgentConfigurationReofferRequested');
  const offer = own.findLast(({ type }) => type === 'AgentRemoteConfigOffered');
  if (!wish || (offer && offer.position > wish.position)) return null;
  return { at: wish.position, by: causeOf(wish) };
}

/** Loads many agents in one round trip; same order as asked. */
export async function loadAgents(
  log: EventLog,
  agentIds: readonly string[],
): Promise<readonly LoadedAgent[]> {
  const streams = await log.readStreams([
    ...agentIds.map(streamOf.agent),
    ...agentIds.map(streamOf.assignment),
  ]);
  return agentIds.map((_, index) => {
    const own = streams[index] ?? [];
    return {
      state: fold(agentDecider, typedEvents<AgentEvent>(own)),
      revision: own.at(-1)?.revision ?? -1,
      ...decidedOf(streams[agentIds.length + index] ?? []),
      offered: lastOfferOf(own),
      reoffer: openWishOf(own, streams[agentIds.length + index] ?? []),
    };
  });
}

function decidedOf(stored: readonly RecordedEvent[]): Pick<LoadedAgent, 'own' | 'membership'> {
  const { assigned, groupId } = fold(assignmentDecider, typedEvents<AssignmentEvent>(stored));
  const lastOf = (...types: readonly AssignmentEvent['type'][]) => {
    const event = stored.findLast(({ type }) => (types as readonly string[]).includes(type));
    return { at: event?.position ?? START, by: event ? causeOf(event) : null };
  };
  return {
    own: { assigned, ...lastOf('AgentConfigurationAssigned', 'AgentConfigurationUnassigned') },
    membership: { groupId, ...lastOf('AgentJoinedGroup', 'AgentLeftGroup') },
  };
}
