import { type AmporaEventType, streamPrefix } from '@ampora/catalogue';
import type { Handlers, Projection, Rows, Stamped } from '../engine/projection.ts';
import { tellStory } from './tell-story.ts';
import { timelineVersion } from './timeline-row.ts';

const minuteMs = 60_000;

export function minuteOf(atMs: number): number {
  return Math.floor(atMs / minuteMs) * minuteMs;
}

/** Whom an event is about: one agent, every agent (null), a group, or a configuration. */
function subjectOf(event: Stamped): {
  scope: 'agent' | 'fleet' | 'group' | 'configuration';
  id: string | null;
} {
  switch (event.type) {
    case 'AgentConfigurationAssigned':
    case 'AgentConfigurationUnassigned':
    case 'AgentJoinedGroup':
    case 'AgentLeftGroup':
    case 'AgentLabelsChanged':
    case 'AgentConfigurationReofferRequested':
      return { scope: 'agent', id: event.data.agentId };
    case 'FleetConfigurationAssigned':
    case 'FleetConfigurationUnassigned':
      return { scope: 'fleet', id: null };
    case 'GroupCreated':
    case 'GroupDetailsChanged':
    case 'GroupSelectorChanged':
    case 'GroupConfigurationAssigned':
    case 'GroupConfigurationUnassigned':
    case 'GroupDeleted':
    case 'GroupRestored':
      return { scope: 'group', id: event.data.groupId };
    case 'ConfigurationCreated':
    case 'ConfigurationVersionPublished':
    case 'ConfigurationVersionArchived':
      return { scope: 'configuration', id: event.streamId.slice(streamPrefix.configuration.length) };
    default:
      return { scope: 'agent', id: event.streamId.slice(streamPrefix.agent.length) };
  }
}

function tell(event: Stamped, rows: Rows): void {
  const story = tellStory(event);
  if (!story) return;
  const { tenant, actor } = event.metadata;
  const { scope, id } = subjectOf(event);
  rows.append('timeline', {
    position: event.position,
    tenant,
    scope,
    subject_id: id,
    at: event.atMs,
    type: event.type,
    actor,
    ...story,
  });
  const minute = minuteOf(event.atMs);
  const counts = rows.get('activity', tenant, minute) ?? { tenant, minute, good: 0, bad: 0, neutral: 0 };
  const column = story.tone === 'good' ? 'good' : story.tone === 'bad' ? 'bad' : 'neutral';
  rows.put('activity', { ...counts, [column]: (counts[column] as number) + 1 });
}

const told = [
  'AgentEnrolled',
  'AgentInstanceUidReassigned',
  'AgentConnected',
  'AgentDisconnected',
  'AgentConnectionFlapping',
  'AgentCapabilitiesReported',
  'AgentCustomCapabilitiesReported',
  'AgentDescriptionReported',
  'AgentHealthReported',
  'AgentHealthFlapping',
  'AgentEffectiveConfigReported',
  'AgentRemoteConfigOffered',
  'AgentRemoteConfigStatusReported',
  'AgentOwnMetricsOffered',
  'AgentPackageStatusesReported',
  'AgentAvailableComponentsReported',
  'AgentConnectionSettingsStatusReported',
  'AgentConfigurationAssigned',
  'AgentConfigurationUnassigned',
  'FleetConfigurationAssigned',
  'FleetConfigurationUnassigned',
  'AgentJoinedGroup',
  'AgentLeftGroup',
  'AgentLabelsChanged',
  'AgentConfigurationReofferRequested',
  'GroupCreated',
  'GroupDetailsChanged',
  'GroupSelectorChanged',
  'GroupConfigurationAssigned',
  'GroupConfigurationUnassigned',
  'GroupDeleted',
  'GroupRestored',
  'ConfigurationCreated',
  'ConfigurationVersionPublished',
  'ConfigurationVersionArchived',
] as const satisfies readonly AmporaEventType[];

/** What happened to an agent, newest first, in words; and how much happened, by the minute. */
export const agentTimelineProjection: Projection = {
  name: 'agent-timeline',
  version: timelineVersion,
  tables: [
    {
      name: 'timeline',
      kind: 'append',
      columns: {
        position: 'bigint',
        tenant: 'text',
        scope: 'text',
        /** The agent, group or configuration; null for what concerns every agent: stored once, merged when read. */
        subject_id: { type: 'uuid', nullable: true },
        at: 'timestamptz',
        type: 'text',
        kind: 'text',
        tone: 'text',
        title: 'text',
        detail: 'text',
        actor: 'text',
        count: 'integer',
        data: 'json',
      },
      primaryKey: ['position'],
      indexes: [
        { name: 'subject', on: 'subject_id, position', where: `scope = 'agent'` },
        { name: 'fleet', on: 'tenant, position', where: `scope = 'fleet'` },
        { name: 'group', on: 'subject_id, position', where: `scope = 'group'` },
      ],
    },
    {
      name: 'activity',
      kind: 'keyed',
      columns: { tenant: 'text', minute: 'timestamptz', good: 'integer', bad: 'integer', neutral: 'integer' },
      primaryKey: ['tenant', 'minute'],
    },
  ],
  keysOf: (event) => [{ table: 'activity', key: [event.metadata.tenant, minuteOf(event.atMs)] }],
  on: Object.fromEntries(told.map((type) => [type, tell])) as Handlers,
};
