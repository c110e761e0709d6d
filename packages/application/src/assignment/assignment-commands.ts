import { randomUUID } from 'node:crypto';
import {
  type AgentEvent,
  type AmporaEvent,
  type AssignmentEvent,
  type ConfigurationEvent,
  type GroupEvent,
  streamOf,
} from '@ampora/catalogue';
import {
  type AssignableVersion,
  assignmentDecider,
  type AssignmentTarget,
  configurationDecider,
  configurationNotFound,
  groupDecider,
  notPublished,
  versionNotFound,
} from '@ampora/domain';
import { fold, isRejection, Rejection } from '@ampora/kernel';
import type { CommandContext } from '../configuration/command-context.ts';
import { type Handled, handleCommand } from '../event-writing/command-handler.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';

/** OpAMP's AcceptsRemoteConfig: an agent without it can only be watched. */
const ACCEPTS_REMOTE_CONFIG = 0x2n;

interface Undoing extends CommandContext {
  /** The command whose events are taken back. */
  readonly undone: string;
}

export type AssignmentAim = AssignmentTarget | { readonly kind: 'group'; readonly groupId: string };

export type AssignmentCommands = ReturnType<typeof createAssignmentCommands>;

export function createAssignmentCommands({ log }: { readonly log: EventLog }) {
  const streamFor = (target: AssignmentTarget, tenant: string) =>
    target.kind === 'fleet' ? streamOf.fleetAssignment(tenant) : streamOf.assignment(target.agentId);

  /**
   * Whoever deletes a version archives it first and then looks for its users in the log. So an assignment that was
   * stored after that look finds the version archived here, and is taken back before anybody is told that it holds.
   */
  async function stillPublished(
    handled: Pick<Handled<unknown, unknown>, 'isRepeated' | 'events'>,
    { configurationId, version }: AssignableVersion,
    context: CommandContext,
    takeBack: (own: Undoing) => Promise<void>,
  ): Promise<void> {
    if (handled.isRepeated || handled.events.length === 0) return;
    try {
      await publishedVersion(log, configurationId, version);
    } catch (error) {
      if (!isRejection(error)) throw error;
      await takeBack({ ...context, commandId: randomUUID(), undone: context.commandId });
      throw error;
    }
  }

  async function eventsBut<Event extends AmporaEvent>(own: Undoing, streamId: string): Promise<Event[]> {
    const stored = await log.readStream(streamId);
    return typedEvents<Event>(stored.filter(({ metadata }) => metadata.causationId !== own.undone));
  }

  return {
    async assign(
      input: { configurationId: string; version: number; target: AssignmentAim },
      context: CommandContext,
    ) {
      const assigned = await publishedVersion(log, input.configurationId, input.version);
      const { target } = input;
      if (target.kind === 'group') {
        const { groupId } = target;
        const streamId = streamOf.group(groupId);
        const command = { type: 'assign-group' as const, groupId, assigned };
        const handled = await handleCommand(log, groupDecider, { ...context, streamId, command });
        await stillPublished(handled, assigned, context, async (own) => {
          const before = fold(groupDecider, await eventsBut<GroupEvent>(own, streamId));
          const previous = before.status === 'living' ? before.assigned : null;
          await handleCommand(log, groupDecider, {
            ...own,
            streamId,
            command: previous
              ? { type: 'assign-group', groupId, assigned: previous }
              : { type: 'unassign-group', groupId },
          });
        });
        return handled;
      }
      if (target.kind === 'agent') await requireManageable(log, target.agentId);
      const streamId = streamFor(target, context.metadata.tenant);
      const command = { type: 'assign' as const, target, assigned };
      const handled = await handleCommand(log, assignmentDecider, { ...context, streamId, command });
      await stillPublished(handled, assigned, context, async (own) => {
        const before = fold(assignmentDecider, await eventsBut<AssignmentEvent>(own, streamId));
        await handleCommand(log, assignmentDecider, {
          ...own,
          streamId,
          command: before.assigned
            ? { type: 'assign', target, assigned: before.assigned }
            : { type: 'unassign', target },
        });
      });
      return handled;
    },

    async unassign(target: AssignmentAim, context: CommandContext) {
      if (target.kind === 'group') {
        const { groupId } = target;
        return handleCommand(log, groupDecider, {
          ...context,
          streamId: streamOf.group(groupId),
          command: { type: 'unassign-group', groupId },
        });
      }
      return handleCommand(log, assignmentDecider, {
        ...context,
        streamId: streamFor(target, context.metadata.tenant),
        command: { type: 'unassign', target },
      });
    },
  };
}

export async function publishedVersion(log: EventLog, configurationId: string, version: number) {
  const state = fold(
    configurationDecider,
    typedEvents<ConfigurationEvent>(await log.readStream(streamOf.configuration(configurationId))),
  );
  if (state.status !== 'created') throw configurationNotFound();
  const found = state.versions.get(version);
  if (!found || found.status === 'discarded') throw versionNotFound(version);
  if (found.status !== 'published') throw notPublished(version, found.status);
  return { configurationId, version, contentHash: found.contentHash, configHash: found.configHash };
}

async function requireManageable(log: EventLog, agentId: string): Promise<void> {
  const events = typedEvents<AgentEvent>(await log.readStream(streamOf.agent(agentId)));
  if (events.length === 0) throw new Rejection('agent/not-found', 'There is no such agent.', { agentId });
  const last = events.findLast((event) => event.type === 'AgentCapabilitiesReported');
  if (last && (BigInt(last.data.capabilities) & ACCEPTS_REMOTE_CONFIG) === 0n) {
    throw new Rejection(
      'assignment/agent-refuses-remote-config',
      'This agent does not accept remote configuration (AcceptsRemoteConfig is not among its capabilities). Run it under a supervisor that has accepts_remote_config set.',
      { agentId },
    );
  }
}
