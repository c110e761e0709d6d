import { type AssignmentEvent, streamPrefix } from '@ampora/catalogue';
import { type AssignmentCommand, assignmentDecider } from '@ampora/domain';
import { type EventMetadata, fold, type RecordedEvent } from '@ampora/kernel';
import { decideMany } from '../event-writing/decide-many.ts';
import { stepOf } from '../event-writing/command-id.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import { idsOf } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';

interface TakeBackOptions {
  /** Agents' own assignments. */
  readonly streamIds: readonly string[];
  /** The command that assigned, and that is taken back. */
  readonly commandId: string;
  readonly metadata: EventMetadata;
}

/** Some agents kept changing while an assignment to what is gone was to be taken back from them. */
export class AssignmentsNotTakenBack extends Error {
  override readonly name = 'AssignmentsNotTakenBack';
}

/** Gives agents what they had been assigned without a command; those that were assigned something else since keep it. */
export async function takeBackAssignments(
  log: EventLog,
  { streamIds, commandId, metadata }: TakeBackOptions,
): Promise<void> {
  const { contended } = await decideMany(log, assignmentDecider, {
    streamIds,
    commandFor: (streamId, stored) => undoing(stored, streamId, idsOf(commandId, streamId)(0)),
    metadata,
    commandId: stepOf(commandId, 'take-back'),
  });
  if (contended.length > 0)
    throw new AssignmentsNotTakenBack(
      `${contended.length} agents, such as ${contended[0]}, kept changing while they were to lose an assignment to a version that is gone. Assign them another version.`,
    );
}

function undoing(stored: readonly RecordedEvent[], streamId: string, undone: string): AssignmentCommand {
  const agentId = streamId.slice(streamPrefix.assignment.length);
  const target = { kind: 'agent' as const, agentId };
  const of = (events: readonly RecordedEvent[]) =>
    fold(assignmentDecider, typedEvents<AssignmentEvent>(events)).assigned;
  const assigned = of(stored.filter(({ id }) => id !== undone));
  if (assigned) return { type: 'assign', target, assigned, reason: 'bulk' };
  if (of(stored)) return { type: 'unassign', target, reason: 'bulk' };
  // Nobody is in a group without an id: nothing happens.
  return { type: 'leave-group', agentId, groupId: '', reason: 'bulk' };
}
