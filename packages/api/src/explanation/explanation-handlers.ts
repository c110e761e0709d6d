import type { AgentExplanation } from '@ampora/api-contract';
import { checkSelector } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import { END_OF_TIME, type Position, type RecordedEvent } from '@ampora/kernel';
import type { AgentPage, Queries } from '@ampora/projections/queries';
import { notFound } from '../problem/api-error.ts';
import { momentOf } from '../reading/moment-of.ts';
import type { Handlers } from '../routing/handlers.ts';

type Step = AgentExplanation['steps'][number];

/** The chain from an agent to what it runs: what it is, its group, the assignment, the version, the offer, its answer. */
export function explanationHandlers(log: EventLog, queries: Queries): Pick<Handlers, 'explainAgent'> {
  return {
    async explainAgent({ params, query, caller }) {
      const moment = await momentOf(queries, query);
      const agent = await queries.getAgent(params.id, moment);
      if (!agent)
        throw notFound(
          'agent/not-found',
          `There is no agent ${params.id}${moment.live ? '' : ' at that moment'}.`,
          {
            agentId: params.id,
          },
        );
      const until = moment.live ? END_OF_TIME : moment.position;
      const read = async (streamId: string | null) =>
        streamId === null ? [] : (await log.readStream(streamId)).filter(({ position }) => position <= until);
      const [decisions, group, fleet, configuration] = await Promise.all([
        read(streamOf.assignment(agent.id)),
        read(agent.groupId === null ? null : streamOf.group(agent.groupId)),
        read(agent.assignedBy === 'fleet' ? streamOf.fleetAssignment(caller.tenant) : null),
        read(agent.assigned && streamOf.configuration(agent.assigned.configurationId)),
      ]);
      const chain = { agent, decisions, group, fleet, configuration };
      const offered = await eventAt(log, agent.lastOffer?.position, until);
      const answered = await eventAt(log, agent.why['remoteConfigStatus'], until);
      const described = await eventAt(log, agent.why['labels'] ?? agent.why['nonIdentifying'], until);
      const steps = [
        agentStep(chain, described),
        groupStep(chain),
        assignmentStep(chain),
        ...(agent.assigned
          ? [versionStep(chain), offerStep(agent, offered), statusStep(agent, answered)]
          : []),
      ];
      return { summary: summaryOf(agent), steps };
    },
  };
}

interface Chain {
  readonly agent: AgentPage;
  readonly decisions: readonly RecordedEvent[];
  readonly group: readonly RecordedEvent[];
  readonly fleet: readonly RecordedEvent[];
  readonly configuration: readonly RecordedEvent[];
}

async function eventAt(
  log: EventLog,
  position: string | undefined,
  until: Position,
): Promise<RecordedEvent | undefined> {
  if (position === undefined || BigInt(position) > until) return undefined;
  return log.readAt(BigInt(position));
}

function last(events: readonly RecordedEvent[], ...types: readonly string[]): RecordedEvent | undefined {
  return events.findLast(({ type }) => types.includes(type));
}

function step(
  kind: Step['kind'],
  event: RecordedEvent | undefined,
  { title, detail, link = null }: { title: string; detail: string; link?: string | null },
): Step {
  return {
    kind,
    title,
    detail,
    position: event ? String(event.position) : null,
    at: event ? new Date(event.recordedAtMs).toISOString() : null,
    actor: event?.metadata.actor ?? null,
    link,
  };
}

/** What the selector of its group asked for, as the agent has it. */
function agentStep({ agent, group }: Chain, described: RecordedEvent | undefined): Step {
  const selector = selectorOf(group);
  const asked = new Set(selector === null ? [] : checkSelector(selector).labelKeys);
  const told = agent.labels
    .filter(({ key }) => asked.has(key))
    .map(({ key, value, source, shadowed }) => {
      const whose = source === 'server' ? 'given by the server' : 'reported by the agent';
      return `${key}: ${value} (${whose}${shadowed === null ? '' : `, over ${shadowed}`})`;
    });
  const count = agent.labels.length;
  return step('agent', described, {
    title: agent.displayName,
    detail: told.length > 0 ? told.join('\n') : `${count} ${count === 1 ? 'label' : 'labels'}`,
    link: `/agents/${agent.id}`,
  });
}

function selectorOf(group: readonly RecordedEvent[]): string | null {
  const event = last(group, 'GroupCreated', 'GroupSelectorChanged');
  const selector = event?.data['selector'];
  return typeof selector === 'string' ? selector : null;
}

const joinedBecause: Readonly<Record<string, string>> = {
  manual: 'It was put there by hand.',
  bulk: 'It was put there with others, by a bulk action.',
  restore: 'It was put back when the group was restored.',
};

function groupStep({ agent, decisions, group }: Chain): Step {
  const moved = last(decisions, 'AgentJoinedGroup', 'AgentLeftGroup');
  if (agent.groupId === null)
    return step('group', moved, { title: 'In no group', detail: 'No group has a say in what it runs.' });
  const reason = String(moved?.data['reason'] ?? '');
  const selector = selectorOf(group);
  return step('group', moved, {
    title: `In the group ${agent.groupName ?? agent.groupId}`,
    detail:
      reason === 'selector' && selector !== null
        ? `Its selector matches: ${selector}`
        : (joinedBecause[reason] ?? ''),
    link: `/groups/${agent.groupId}`,
  });
}

function assignmentStep({ agent, decisions, group, fleet }: Chain): Step {
  const own = last(decisions, 'AgentConfigurationAssigned', 'AgentConfigurationUnassigned');
  switch (agent.assignedBy) {
    case 'agent':
      return step('assignment', own, {
        title: 'Assigned to this agent itself',
        detail:
          agent.groupId === null
            ? 'It goes before what all agents are to run.'
            : 'It goes before what its group is to run.',
        link: '/assignments',
      });
    case 'group':
      return step('assignment', last(group, 'GroupConfigurationAssigned'), {
        title: `Assigned to the group ${agent.groupName ?? ''}`,
        detail: 'The agent has no assignment of its own; its group’s goes before what all agents are to run.',
        link: agent.groupId === null ? null : `/groups/${agent.groupId}`,
      });
    case 'fleet':
      return step('assignment', last(fleet, 'FleetConfigurationAssigned'), {
        title: 'Assigned to all agents',
        detail: 'Neither the agent nor a group of it has an assignment that goes before.',
        link: '/assignments',
      });
    default:
      return step('assignment', own, {
        title: 'Nothing is assigned',
        detail: 'Neither to the agent, nor to its group, nor to all agents that take remote configuration.',
      });
  }
}

function versionStep({ agent, configuration }: Chain): Step {
  const { configurationId = '', name = '', version = 0 } = agent.assigned ?? {};
  const published = configuration.findLast(
    ({ type, data }) => type === 'ConfigurationVersionPublished' && data['version'] === version,
  );
  const notes = published?.data['notes'];
  return step('version', published, {
    title: `${name} version ${version}`,
    detail: typeof notes === 'string' && notes !== '' ? notes : 'Published without a note.',
    link: `/configurations/${configurationId}/versions/${version}`,
  });
}

function offerStep(agent: AgentPage, offered: RecordedEvent | undefined): Step {
  if (offered && agent.lastOffer?.configHash === agent.assignedHash)
    return step('offer', offered, {
      title: 'Sent to the agent',
      detail: `As config_hash ${agent.assignedHash}`,
    });
  if (agent.remoteConfig.configHash === agent.assignedHash)
    return step('offer', undefined, { title: 'Not sent', detail: 'The agent had it already.' });
  const why = agent.connected ? 'It is about to be.' : 'The agent is not connected.';
  return step('offer', undefined, { title: 'Not sent yet', detail: why });
}

const answers: Readonly<Record<string, string>> = {
  applied: 'Applied',
  applying: 'Being applied',
  failed: 'Refused by the agent',
  unset: 'No answer yet',
};

function statusStep({ remoteConfig, assignedHash }: AgentPage, answered: RecordedEvent | undefined): Step {
  const { status, configHash, errorMessage } = remoteConfig;
  if (configHash !== assignedHash)
    return step('status', undefined, {
      title: 'No answer yet',
      detail: 'What it said last was of another version.',
    });
  return step('status', answered, { title: answers[status] ?? status, detail: errorMessage });
}

function summaryOf({ displayName, assigned, assignedBy, groupName }: AgentPage): string {
  if (!assigned) return `${displayName} is to run nothing: nothing is assigned to it.`;
  const version = `${assigned.name} version ${assigned.version}`;
  const because = {
    agent: 'it was assigned to it',
    group: `it is in the group ${groupName ?? ''}, which was assigned it`,
    fleet: 'all agents were assigned it',
  }[assignedBy ?? 'fleet'];
  return `${displayName} is to run ${version}, since ${because}.`;
}
