import { type AgentEvent, type ConfigurationEvent, streamOf } from '@ampora/catalogue';
import {
  assignmentDecider,
  type AssignmentTarget,
  configurationDecider,
  configurationNotFound,
  groupDecider,
  notPublished,
  versionNotFound,
} from '@ampora/domain';
import { fold, Rejection } from '@ampora/kernel';
import type { CommandContext } from '../configuration/command-context.ts';
import { handleCommand } from '../event-writing/command-handler.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';

/** OpAMP's AcceptsRemoteConfig: an agent without it can only be watched. */
const ACCEPTS_REMOTE_CONFIG = 0x2n;

export type AssignmentAim = AssignmentTarget | { readonly kind: 'group'; readonly groupId: string };

export type AssignmentCommands = ReturnType<typeof createAssignmentCommands>;

export function createAssignmentCommands({ log }: { readonly log: EventLog }) {
  const streamFor = (target: AssignmentTarget, tenant: string) =>
    target.kind === 'fleet' ? streamOf.fleetAssignment(tenant) : streamOf.assignment(target.agentId);

  return {
    async assign(
      input: { configurationId: string; version: number; target: AssignmentAim },
      context: CommandContext,
    ) {
      const assigned = await publishedVersion(log, input.configurationId, input.version);
      if (input.target.kind === 'group') {
        const { groupId } = input.target;
        return handleCommand(log, groupDecider, {
          ...context,
          streamId: streamOf.group(groupId),
          command: { type: 'assign-group', groupId, assigned },
        });
      }
      if (input.target.kind === 'agent') await requireManageable(log, input.target.agentId);
      return handleCommand(log, assignmentDecider, {
        ...context,
        streamId: streamFor(input.target, context.metadata.tenant),
        command: { type: 'assign', target: input.target, assigned },
      });
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
