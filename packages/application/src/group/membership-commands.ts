import { type AgentDecisionEvent, type GroupEvent, streamOf, streamPrefix } from '@ampora/catalogue';
import {
  type AssignmentCommand,
  assignmentDecider,
  groupDecider,
  groupIsDynamic,
  type JoinGroup,
  type KnownGroup,
  type Labels,
  type LeaveGroup,
  livingGroup,
} from '@ampora/domain';
import { fold, type Position, type RecordedEvent, START } from '@ampora/kernel';
import { requireAgents, type KnownAgents } from '../agent/require-agents.ts';
import type { CommandContext } from '../configuration/configuration-commands.ts';
import { handleCommand } from '../event-writing/command-handler.ts';
import { type DecidedMany, decideMany } from '../event-writing/decide-many.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';

export interface MembershipCommandsOptions {
  readonly log: EventLog;
  /** Which of these agents are in the fleet for certain; the log is asked about the others. */
  readonly knownAgents?: KnownAgents | undefined;
}

/** A group that lives, and since when: what agents were put into before that counts for nothing. */
export interface LivingGroup {
  readonly group: KnownGroup;
  readonly since: Position;
}

export interface JoinMany {
  readonly groupId: string;
  readonly agentIds: readonly string[];
  readonly reason: JoinGroup['reason'];
  readonly selectorPosition?: string | undefined;
}

export interface LeaveMany {
  /** The group to leave; null: whichever each of them is in. */
  readonly groupId: string | null;
  readonly agentIds: readonly string[];
  readonly reason: LeaveGroup['reason'];
}

/** What became of each agent. */
export interface Placed {
  readonly position: Position;
  /** Agents that are elsewhere now than before. */
  readonly changed: readonly string[];
  /** Agents that were where they should be already. */
  readonly unchanged: readonly string[];
  /** Agents that others moved again and again meanwhile: they are where those put them. */
  readonly contended: readonly string[];
}

export type MembershipCommands = ReturnType<typeof createMembershipCommands>;

/** Puts agents into groups and takes them out: one fact per agent in its own stream, thousands in a few appends. */
export function createMembershipCommands({ log, knownAgents }: MembershipCommandsOptions) {
  const place = async (
    agentIds: readonly string[],
    context: CommandContext,
    commandFor: (agentId: string, stored: readonly RecordedEvent[]) => AssignmentCommand,
  ): Promise<Placed> => {
    const agentOf = (streamId: string) => streamId.slice(streamPrefix.assignment.length);
    const decided = await decideMany(log, assignmentDecider, {
      streamIds: [...new Set(agentIds)].map(streamOf.assignment),
      commandFor: (streamId, stored) => commandFor(agentOf(streamId), stored),
      metadata: { causationId: context.commandId, ...context.metadata },
      commandId: context.commandId,
    });
    throwRefused(decided);
    const { position, changed, unchanged, contended } = decided;
    return {
      position,
      changed: changed.map(agentOf),
      unchanged: unchanged.map(agentOf),
      contended: contended.map(agentOf),
    };
  };

  return {
    livingGroup: (groupId: string) => loadLivingGroup(log, groupId),

    /** Whether there is, or was, such a group. */
    async exists(groupId: string): Promise<boolean> {
      return (await log.readStream(streamOf.group(groupId), { maxCount: 1 })).length > 0;
    },

    /** The group that an agent was put into last and has not left. Rejects with `agent/not-found`. */
    async groupOf(agentId: string): Promise<string | null> {
      await requireAgents(log, [agentId], knownAgents);
      return groupOf(await log.readStream(streamOf.assignment(agentId)));
    },

    /**
     * Agents join a group and leave the one they were in. Only a selector puts agents into a dynamic group. Rejects with
     * `group/not-found`, `group/deleted`, `group/is-dynamic` or `agent/not-found`, and then nobody has moved.
     */
    async join(input: JoinMany, context: CommandContext): Promise<Placed> {
      const { groupId, agentIds, reason, selectorPosition } = input;
      const { group, since } = await loadLivingGroup(log, groupId);
      if (group.mode === 'dynamic' && reason !== 'selector') throw groupIsDynamic(groupId, group.name);
      if (reason !== 'selector') await requireAgents(log, agentIds, knownAgents);
      return place(agentIds, context, (agentId, stored) => ({
        type: 'join-group',
        agentId,
        groupId,
        reason,
        selectorPosition,
        isVoid: isVoidMembership(stored, groupId, since),
      }));
    },

    /** Agents leave a group, or whichever they are in; those in another one stay there. */
    async leave(input: LeaveMany, context: CommandContext): Promise<Placed> {
      const { groupId, agentIds, reason } = input;
      return place(agentIds, context, (agentId, stored) => ({
        type: 'leave-group',
        agentId,
        groupId: groupId ?? groupOf(stored) ?? '',
        reason,
      }));
    },

    /** The labels that the server gives an agent, all of them. */
    async setLabels(
      input: { agentId: string; labels: Labels },
      context: CommandContext,
    ): Promise<{ position: Position }> {
      const { agentId, labels } = input;
      await requireAgents(log, [agentId], knownAgents);
      return handleCommand(log, assignmentDecider, {
        ...context,
        streamId: streamOf.assignment(agentId),
        command: { type: 'change-labels', agentId, set: labels, remove: 'others' },
      });
    },

    /** Sets some labels of many agents and takes others away. */
    async changeLabels(
      input: { agentIds: readonly string[]; set: Labels; remove: readonly string[] },
      context: CommandContext,
    ): Promise<Placed> {
      const { agentIds, set, remove } = input;
      await requireAgents(log, agentIds, knownAgents);
      return place(agentIds, context, (agentId) => ({ type: 'change-labels', agentId, set, remove }));
    },
  };
}

async function loadLivingGroup(log: EventLog, groupId: string): Promise<LivingGroup> {
  const stored = await log.readStream(streamOf.group(groupId));
  const group = livingGroup(fold(groupDecider, typedEvents<GroupEvent>(stored)), groupId);
  const begun = stored.findLast(({ type }) => type === 'GroupCreated' || type === 'GroupRestored');
  return { group, since: begun?.position ?? START };
}

function groupOf(stored: readonly RecordedEvent[]): string | null {
  return fold(assignmentDecider, typedEvents<AgentDecisionEvent>(stored)).groupId;
}

/** It was put into this very group before the group was deleted and restored. */
function isVoidMembership(stored: readonly RecordedEvent[], groupId: string, since: Position): boolean {
  const joined = stored.findLast(({ type }) => type === 'AgentJoinedGroup');
  return joined !== undefined && joined.data['groupId'] === groupId && joined.position < since;
}

/** Commands that refuse do so for every agent alike, but for labels, where it may be one that has too many. */
function throwRefused({ refused }: DecidedMany): void {
  const [first] = refused;
  if (first) throw first.rejection;
}
