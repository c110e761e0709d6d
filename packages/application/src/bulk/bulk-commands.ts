import { type BulkEvent, streamOf, streamPrefix } from '@ampora/catalogue';
import { type AssignmentCommand, assignmentDecider, groupIsDynamic, type Labels } from '@ampora/domain';
import {
  type EventMetadata,
  isRejection,
  type Position,
  type RecordedEvent,
  Rejection,
  START,
} from '@ampora/kernel';
import { publishedVersion } from '../assignment/assignment-commands.ts';
import { type KnownAgents, requireAgents } from '../agent/require-agents.ts';
import type { CommandContext } from '../configuration/configuration-commands.ts';
import { decideMany } from '../event-writing/decide-many.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import { keyOf, refuseReusedKey } from '../event-writing/command-id.ts';
import { idsOf, stampEvents, uuidFrom } from '../event-writing/stamp-events.ts';
import { createMembershipCommands } from '../group/membership-commands.ts';
import type { EventLog } from '../ports/event-log.ts';
import { takeBackAssignments } from './take-back-assignments.ts';

/** One thing to be done to many agents. */
export type BulkAction =
  | { readonly action: 'move'; readonly groupId: string | null }
  | { readonly action: 'label'; readonly set: Labels; readonly remove: readonly string[] }
  | { readonly action: 'assign'; readonly configurationId: string; readonly version: number }
  | { readonly action: 'unassign' }
  | { readonly action: 'force-push' }
  | { readonly action: 'drain' };

export type BulkActionName = BulkAction['action'];

/** Most agents that one request may name. */
export const bulkCaps: Readonly<Record<BulkActionName, number>> = {
  move: 10_000,
  label: 10_000,
  assign: 10_000,
  unassign: 10_000,
  'force-push': 5_000,
  drain: 10_000,
};

export interface BulkDone {
  /** Of the last fact that came of it. */
  readonly position: Position;
  /** Everybody it was meant for; from the first time, when it was asked for again under the same key. */
  readonly agentIds: readonly string[];
  /** Of those, the ones for whom it made a difference. */
  readonly changed: number;
  /** Agents that others kept changing meanwhile: for them nothing was done. */
  readonly contended: readonly string[];
  /** Agents that refuse it, such as one that takes no remote configuration. */
  readonly refused: number;
}

export type BulkCommands = ReturnType<typeof createBulkCommands>;

/**
 * One fact for the whole, stored first, then one for each agent that it changes; all ids follow from the command's, so that
 * asking again under the same key finishes what was broken off and does nothing twice.
 */
export function createBulkCommands({
  log,
  knownAgents,
}: {
  readonly log: EventLog;
  readonly knownAgents?: KnownAgents | undefined;
}) {
  const memberships = createMembershipCommands({ log, knownAgents });

  /** Refuses before anything is stored. */
  const check = async (asked: BulkAction, agentIds: readonly string[]): Promise<void> => {
    const cap = bulkCaps[asked.action];
    if (agentIds.length > cap)
      throw new Rejection(
        'bulk/too-many',
        `${agentIds.length} agents are meant; ${cap} is the most for one ${asked.action}. Narrow the selection, or ask several times.`,
        { count: agentIds.length, most: cap, action: asked.action },
      );
    if (agentIds.length === 0) throw new Rejection('bulk/nobody', 'The selection has no agents.', {});
    if (asked.action === 'move' && asked.groupId !== null) {
      const { group } = await memberships.livingGroup(asked.groupId);
      if (group.mode === 'dynamic') throw groupIsDynamic(asked.groupId, group.name);
    }
    if (asked.action === 'label')
      assignmentDecider.decide(labelCommand(asked, ''), assignmentDecider.initial);
    if (asked.action === 'assign') await publishedVersion(log, asked.configurationId, asked.version);
    await requireAgents(log, agentIds, knownAgents);
  };

  return {
    /** What a selection under this key has stood for, when it was performed before. */
    async performedBefore(context: CommandContext): Promise<readonly string[] | undefined> {
      const stored = await log.readStream(streamFor(context), { maxCount: 1 });
      return typedEvents<BulkEvent>(stored)[0]?.data.agentIds;
    },

    async perform(
      asked: BulkAction,
      selected: readonly string[],
      context: CommandContext,
    ): Promise<BulkDone> {
      const streamId = streamFor(context);
      const [stored] = await log.readStream(streamId, { maxCount: 1 });
      if (stored) refuseReusedKey([stored], context.commandId);
      const agentIds = stored
        ? (typedEvents<BulkEvent>([stored])[0]?.data.agentIds ?? [])
        : [...new Set(selected)];
      if (!stored) await check(asked, agentIds);
      const [event] = stampEvents(
        [{ type: 'BulkActionPerformed', data: factOf(asked, agentIds) }],
        { ...context.metadata, causationId: context.commandId },
        idsOf(context.commandId, streamId),
      );
      if (!event) throw new Error('unreachable');
      let at = stored?.position;
      if (at === undefined) {
        const [result] = await log.append([{ streamId, expectedRevision: 'no-stream', events: [event] }]);
        if (result?.outcome !== 'appended') return this.perform(asked, selected, context);
        at = result.position;
      }
      const metadata = { ...context.metadata, causationId: event.id };
      const done = await carryOut(log, { asked, agentIds, metadata, again: stored?.position });
      return { ...done, agentIds, position: done.position > at ? done.position : at };
    },
  };
}

/** Named by the key, so that a key stands for one action only. */
function streamFor({ commandId, metadata: { tenant } }: CommandContext): string {
  return streamOf.bulk(uuidFrom(`bulk:${tenant}:${keyOf(commandId)}`));
}

/**
 * Finishes an action whose process ended half-way: agents that it has not come to, and about which nothing else was decided
 * since. Safe at any time, and for an action that is whole.
 */
export async function finishBulkAction(log: EventLog, recorded: RecordedEvent): Promise<number> {
  const [event] = typedEvents<BulkEvent>([recorded]);
  if (!event) return 0;
  const { agentIds } = event.data;
  const metadata = { ...recorded.metadata, causationId: recorded.id };
  const work = { asked: askedBy(event.data), agentIds, metadata, again: recorded.position };
  const before = await log.head();
  const { position } = await carryOut(log, work);
  return position > before ? agentIds.length : 0;
}

interface Work {
  readonly asked: BulkAction;
  readonly agentIds: readonly string[];
  /** Caused by the action's own event, whose id the ids of all that comes of it follow from. */
  readonly metadata: EventMetadata;
  /** Where the action stands in the log, when it is carried out once more: what was decided since goes before. */
  readonly again: Position | undefined;
}

async function carryOut(
  log: EventLog,
  { asked, agentIds, metadata, again }: Work,
): Promise<Omit<BulkDone, 'agentIds'>> {
  const nobody = { position: 0n, changed: agentIds.length, contended: [], refused: 0 };
  // The edges that hold the connections follow the fact itself.
  if (asked.action === 'drain') return nobody;
  const agentOf = (streamId: string) => streamId.slice(streamPrefix.assignment.length);
  const commandId = String(metadata.causationId);
  const streamIds = agentIds.map(streamOf.assignment);
  const takeBack = (assigned: readonly string[]) =>
    takeBackAssignments(log, { streamIds: assigned, commandId, metadata });
  const commandFor = await commandsFor(log, asked).catch(async (error: unknown) => {
    // A version that is archived may have its users still; one that is gone has none but those that came too late.
    if (asked.action === 'assign' && again !== undefined && isGone(error)) await takeBack(streamIds);
    throw error;
  });
  const decided = await decideMany(log, assignmentDecider, {
    streamIds,
    commandFor: (streamId, recorded) => {
      const agentId = agentOf(streamId);
      const isOvertaken = again !== undefined && (recorded.at(-1)?.position ?? START) > again;
      return isOvertaken ? nothingFor(agentId) : commandFor(agentId, recorded);
    },
    metadata,
    commandId,
  });
  // As with a single one: whoever deletes a version archives it first, so that what was stored too late shows here.
  if (asked.action === 'assign' && decided.stored.length > 0)
    try {
      await publishedVersion(log, asked.configurationId, asked.version);
    } catch (error) {
      if (!isRejection(error)) throw error;
      await takeBack(isGone(error) ? decided.changed : decided.stored);
      throw error;
    }
  return {
    position: decided.position,
    changed: decided.changed.length,
    contended: decided.contended.map(agentOf),
    refused: decided.refused.length,
  };
}

function isGone(error: unknown): boolean {
  return (
    isRejection(error) &&
    (error.code === 'configuration/not-found' || error.code === 'configuration/version-not-found')
  );
}

/** No agent is in a group without an id: nobody leaves. */
function nothingFor(agentId: string): AssignmentCommand {
  return { type: 'leave-group', agentId, groupId: '', reason: 'bulk' };
}

function askedBy(data: BulkEvent['data']): BulkAction {
  const { action, groupId = null, set = {}, removed = [], configurationId = '', version = 0 } = data;
  switch (action) {
    case 'move':
      return { action, groupId };
    case 'label':
      return { action, set, remove: removed };
    case 'assign':
      return { action, configurationId, version };
    default:
      return { action };
  }
}

type CommandFor = (agentId: string, recorded: readonly RecordedEvent[]) => AssignmentCommand;

async function commandsFor(
  log: EventLog,
  asked: Exclude<BulkAction, { readonly action: 'drain' }>,
): Promise<CommandFor> {
  switch (asked.action) {
    case 'move': {
      const { groupId } = asked;
      if (groupId === null)
        return (agentId, recorded) => ({
          type: 'leave-group',
          agentId,
          groupId: String(
            recorded.findLast(({ type }) => type === 'AgentJoinedGroup')?.data['groupId'] ?? '',
          ),
          reason: 'bulk',
        });
      const { since } = await createMembershipCommands({ log }).livingGroup(groupId);
      return (agentId, recorded) => {
        const joined = recorded.findLast(({ type }) => type === 'AgentJoinedGroup');
        const isVoid = joined?.data['groupId'] === groupId && joined.position < since;
        return { type: 'join-group', agentId, groupId, reason: 'bulk', isVoid };
      };
    }
    case 'label':
      return (agentId) => labelCommand(asked, agentId);
    case 'assign': {
      const assigned = await publishedVersion(log, asked.configurationId, asked.version);
      return (agentId) => ({ type: 'assign', target: { kind: 'agent', agentId }, assigned, reason: 'bulk' });
    }
    case 'unassign':
      return (agentId) => ({ type: 'unassign', target: { kind: 'agent', agentId }, reason: 'bulk' });
    case 'force-push':
      return (agentId) => ({ type: 'request-reoffer', agentId });
  }
}

function labelCommand(
  { set, remove }: Extract<BulkAction, { readonly action: 'label' }>,
  agentId: string,
): AssignmentCommand {
  return { type: 'change-labels', agentId, set, remove, reason: 'bulk' };
}

function factOf(asked: BulkAction, agentIds: readonly string[]): BulkEvent['data'] {
  const data = { action: asked.action, agentIds: [...agentIds] };
  switch (asked.action) {
    case 'move':
      return { ...data, groupId: asked.groupId };
    case 'label':
      return { ...data, set: { ...asked.set }, removed: [...asked.remove] };
    case 'assign':
      return { ...data, configurationId: asked.configurationId, version: asked.version };
    default:
      return data;
  }
}
