import {
  type Cause,
  causedBy,
  type SelectableAgent,
  type SelectingGroup,
  stampEvents,
  typedEvents,
  uuidFrom,
} from '@ampora/application';
import type { EventLog, StreamAppend } from '@ampora/application/ports';
import { type AgentDecisionEvent, streamOf } from '@ampora/catalogue';
import { assignmentDecider, type Membership } from '@ampora/domain';
import { type EventMetadata, fold, type Position, type RecordedEvent } from '@ampora/kernel';
import { Slice } from './slice.ts';

/** An agent that is to be elsewhere, as far as the read models knew. */
export interface Move {
  readonly agent: SelectableAgent;
  readonly membership: Exclude<Membership, { readonly kind: 'stay' }>;
  /** The group it is to join. */
  readonly group: SelectingGroup | undefined;
  readonly cause: Cause | undefined;
}

export interface MoveOptions {
  readonly log: EventLog;
  readonly metadata: EventMetadata;
  /** What the moves were decided on showed everything up to here. */
  readonly seen: Position;
}

export interface Moved {
  readonly joined: number;
  readonly left: number;
  /** To be looked at again, when the read models show everything up to `position`. */
  readonly again: readonly { readonly agentId: string; readonly position: Position }[];
}

const APPENDS = 250;

/**
 * Writes moves down, each on exactly what it was decided on: an agent of which the log says more than was seen is left for
 * later. The ids of events follow from where they would stand, so that two who decide the same write it once.
 */
export async function moveAgents(moves: readonly Move[], options: MoveOptions): Promise<Moved> {
  const total = { joined: 0, left: 0 };
  const again: { agentId: string; position: Position }[] = [];
  for (let from = 0; from < moves.length; from += APPENDS) {
    const some = moves.slice(from, from + APPENDS);
    const streams = await options.log.readStreams(
      some.map(({ agent }) => streamOf.assignment(agent.agentId)),
    );
    const ready: { move: Move; append: StreamAppend }[] = [];
    const slice = new Slice();
    for (const [index, move] of some.entries()) {
      if (slice.isOver) await slice.next();
      const stream = streams[index] ?? [];
      const last = stream.at(-1);
      const { agentId } = move.agent;
      if (last && last.position > options.seen) {
        again.push({ agentId, position: last.position });
        continue;
      }
      const append = appendOf(move, stream, options.metadata);
      if (append) ready.push({ move, append });
    }
    if (ready.length === 0) continue;
    const results = await options.log.append(ready.map(({ append }) => append));
    results.forEach((result, index) => {
      const { agent, membership } = (ready[index] as (typeof ready)[number]).move;
      if (result.outcome !== 'appended') again.push({ agentId: agent.agentId, position: options.seen });
      else if (!result.repeated) total[membership.kind === 'join' ? 'joined' : 'left']++;
    });
  }
  return { ...total, again };
}

function appendOf(
  { agent, membership, group, cause }: Move,
  stream: readonly RecordedEvent[],
  metadata: EventMetadata,
): StreamAppend | undefined {
  const { agentId } = agent;
  const state = fold(assignmentDecider, typedEvents<AgentDecisionEvent>(stream));
  const events =
    membership.kind === 'join'
      ? assignmentDecider.decide(
          {
            type: 'join-group',
            agentId,
            groupId: membership.groupId,
            reason: 'selector',
            selectorPosition: group && String(group.selectorPosition),
            // It was in it before the group was deleted and restored: that counts for nothing.
            isVoid: state.groupId === membership.groupId,
          },
          state,
        )
      : assignmentDecider.decide(
          { type: 'leave-group', agentId, groupId: state.groupId ?? '', reason: membership.reason },
          state,
        );
  if (events.length === 0) return undefined;
  const revision = stream.at(-1)?.revision ?? -1;
  const streamId = streamOf.assignment(agentId);
  const target = membership.kind === 'join' ? membership.groupId : 'none';
  return {
    streamId,
    expectedRevision: revision < 0 ? 'no-stream' : revision,
    events: stampEvents(events, cause ? causedBy(metadata, cause) : metadata, (index) =>
      uuidFrom(`reconcile:${streamId}:${revision}:${target}:${index}`),
    ),
  };
}
