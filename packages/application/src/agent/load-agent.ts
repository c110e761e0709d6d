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
  /** Its own assignment, and how far in the log that is known. */
  readonly assigned: AssignableVersion | null;
  readonly assignedAt: Position;
  /** The event that assigned it, or took its assignment back. */
  readonly assignedBy: Cause | null;
  /** The offer that was made last. */
  readonly offered: OfferMade | null;
}

export interface OfferMade {
  readonly configHash: string;
  readonly eventId: string;
}

function lastOfferOf(events: readonly RecordedEvent[]): OfferMade | null {
  const offer = events.findLast(({ type }) => type === 'AgentRemoteConfigOffered');
  return offer ? { configHash: String(offer.data['configHash']), eventId: offer.id } : null;
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
    const assignment = streams[agentIds.length + index] ?? [];
    const lastAssignment = assignment.at(-1);
    return {
      state: fold(agentDecider, typedEvents<AgentEvent>(own)),
      revision: own.at(-1)?.revision ?? -1,
      assigned: fold(assignmentDecider, typedEvents<AssignmentEvent>(assignment)).assigned,
      assignedAt: lastAssignment?.position ?? START,
      assignedBy: lastAssignment ? causeOf(lastAssignment) : null,
      offered: lastOfferOf(own),
    };
  });
}
