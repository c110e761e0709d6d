import type { HealthNode } from '@ampora/catalogue';
import type { Stamped } from '../engine/projection.ts';
import type { Story, TimelineKind, Tone } from './timeline-row.ts';

const detailLength = 1_000;

function clip(text: string, length = detailLength): string {
  return text.length > length ? `${text.slice(0, length - 1)}…`.toWellFormed() : text;
}

function story(
  kind: TimelineKind,
  tone: Tone,
  title: string,
  rest: Partial<Pick<Story, 'detail' | 'count' | 'data'>> = {},
): Story {
  return {
    kind,
    tone,
    title: clip(title, 300),
    detail: clip(rest.detail ?? ''),
    count: rest.count ?? 1,
    data: rest.data ?? {},
  };
}

/** A number of things in words: `1 change`, `3 changes`. */
function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** How long something took, in its largest whole unit. */
function lasting(ms: number): string {
  const unit = units.find(([, length]) => ms >= length);
  return unit ? counted(Math.floor(ms / unit[1]), unit[0]) : 'less than a second';
}

const goodbyes = {
  goodbye: 'said goodbye',
  closed: 'the connection closed',
  silent: 'it fell silent',
  shutdown: 'this server shut down',
  refused: 'it was refused',
} as const;

function healthTitle(health: HealthNode): string {
  const status = health.status ? ` (${health.status})` : '';
  return health.healthy ? `Healthy${status}` : `Unhealthy${status}`;
}

function healthDetail(health: HealthNode): string {
  if (health.lastError) return health.lastError;
  return health.components
    .filter(({ healthy }) => !healthy)
    .map(({ name, lastError, status }) => `${name}: ${lastError || status || 'unhealthy'}`)
    .join('\n');
}

const joinedBecause = {
  manual: 'Somebody put it there',
  bulk: 'By a bulk action',
  selector: "The group's selector matches it",
  restore: 'The group was restored with it',
} as const;

const leftBecause = {
  manual: 'Somebody took it out',
  bulk: 'By a bulk action',
  selector: "The group's selector matches it no more",
  'group-deleted': 'The group was deleted',
} as const;

/** What an event says about an agent, in words; `undefined` when its page need not show it. */
export function tellStory(event: Stamped): Story | undefined {
  switch (event.type) {
    case 'AgentEnrolled':
      return story('lifecycle', 'neutral', 'Enrolled', {
        detail: `First seen from ${event.data.remoteAddress}`,
        data: { instanceUid: event.data.instanceUid, enrolment: event.data.enrolment },
      });
    case 'AgentInstanceUidReassigned':
      return story('lifecycle', 'warn', 'Given another instance uid', {
        detail: `${event.data.previousInstanceUid} → ${event.data.instanceUid} (${event.data.cause})`,
        data: { ...event.data },
      });
    case 'AgentConnected':
      return story('connection', 'good', 'Connected', {
        detail: `${event.data.transport === 'websocket' ? 'WebSocket' : 'HTTP'} from ${event.data.remoteAddress}`,
        data: { transport: event.data.transport, edgeInstance: event.data.edgeInstance },
      });
    case 'AgentDisconnected':
      return story(
        'connection',
        event.data.reason === 'silent' || event.data.reason === 'refused' ? 'bad' : 'warn',
        'Disconnected',
        { detail: `Because ${goodbyes[event.data.reason]}`, data: { reason: event.data.reason } },
      );
    case 'AgentConnectionFlapping':
      return story(
        'connection',
        event.data.settled ? 'neutral' : 'warn',
        event.data.settled ? 'Connection settled' : 'Connection flapping',
        {
          detail: `${counted(event.data.changes, 'change')} in ${lasting(event.data.untilMs - event.data.sinceMs)}; now ${event.data.connected ? 'connected' : 'disconnected'}`,
          count: event.data.changes,
          data: { connected: event.data.connected, settled: event.data.settled },
        },
      );
    case 'AgentCapabilitiesReported':
      return story('description', 'neutral', 'Capabilities reported', {
        data: { capabilities: event.data.capabilities },
      });
    case 'AgentCustomCapabilitiesReported':
      return story('description', 'neutral', 'Custom capabilities reported', {
        detail: event.data.capabilities.join(', '),
      });
    case 'AgentDescriptionReported':
      return story('description', 'neutral', 'Described itself', {
        detail: event.data.identifying
          .map(({ key, value }) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
          .join('\n'),
      });
    case 'AgentHealthReported': {
      const { health, reports } = event.data;
      return story('health', health.healthy ? 'good' : 'bad', healthTitle(health), {
        detail: healthDetail(health),
        count: reports,
        data: { healthy: health.healthy, status: clip(health.status, 200) },
      });
    }
    case 'AgentHealthFlapping': {
      const { health, changes, settled, sinceMs, untilMs } = event.data;
      const title = settled
        ? `Health settled: ${healthTitle(health).toLowerCase()}`
        : `Health flapping, ${counted(changes, 'change')}`;
      return story('health', settled ? (health.healthy ? 'good' : 'bad') : 'warn', title, {
        detail:
          `${counted(changes, 'change')} in ${lasting(untilMs - sinceMs)}\n${healthDetail(health)}`.trim(),
        count: changes,
        data: { healthy: health.healthy, settled },
      });
    }
    case 'AgentEffectiveConfigReported':
      return story('config', 'neutral', 'Effective configuration changed', {
        detail: event.data.files
          .map(({ name, sizeBytes }) => `${name || 'configuration'}: ${counted(sizeBytes, 'byte')}`)
          .join('\n'),
        data: {
          files: event.data.files.slice(0, 20).map(({ name, contentHash }) => ({ name, contentHash })),
        },
      });
    case 'AgentRemoteConfigOffered':
      return story('config', 'neutral', `Configuration offered, version ${event.data.version}`, {
        data: {
          configurationId: event.data.configurationId,
          version: event.data.version,
          configHash: event.data.configHash,
        },
      });
    case 'AgentRemoteConfigStatusReported':
      return statusStory(event);
    case 'AgentOwnMetricsOffered':
      return event.data.endpoint === ''
        ? story('connection', 'neutral', 'Told to send its own metrics nowhere')
        : story('connection', 'neutral', 'Told where to send its own metrics', {
            detail: event.data.endpoint,
          });
    case 'AgentPackageStatusesReported': {
      const failed = event.data.packages.filter(({ errorMessage }) => errorMessage !== '');
      return story('packages', failed.length > 0 ? 'bad' : 'neutral', 'Packages reported', {
        detail: [
          event.data.errorMessage,
          ...event.data.packages.map(({ name, agentHasVersion }) => `${name} ${agentHasVersion}`),
        ]
          .filter(Boolean)
          .join('\n'),
        data: { packages: event.data.packages.length, failed: failed.length },
      });
    }
    case 'AgentAvailableComponentsReported':
      return story('description', 'neutral', 'Available components reported', {
        data: { componentsHash: event.data.componentsHash, known: event.data.contentHash !== null },
      });
    case 'AgentConnectionSettingsStatusReported':
      return story(
        'connection',
        event.data.status === 'failed' ? 'bad' : 'neutral',
        `Connection settings ${event.data.status}`,
        { detail: event.data.errorMessage },
      );
    case 'AgentConfigurationAssigned':
    case 'FleetConfigurationAssigned': {
      const whole = event.type === 'FleetConfigurationAssigned';
      const { configurationId, version, configHash } = event.data;
      return story('assignment', 'neutral', `Version ${version} assigned${whole ? ' to all agents' : ''}`, {
        data: { configurationId, version, configHash, fleet: whole },
      });
    }
    case 'AgentConfigurationUnassigned':
      return story('assignment', 'neutral', "Own assignment taken back; the fleet's applies", {
        data: { fleet: false },
      });
    case 'FleetConfigurationUnassigned':
      return story('assignment', 'neutral', "The fleet's assignment was taken back", {
        data: { fleet: true },
      });
    case 'AgentJoinedGroup': {
      const { groupId, previousGroupId, reason } = event.data;
      return story('assignment', 'neutral', previousGroupId ? 'Moved to another group' : 'Joined a group', {
        detail: joinedBecause[reason],
        data: { groupId, previousGroupId, reason },
      });
    }
    case 'AgentLeftGroup': {
      const { groupId, reason } = event.data;
      return story('assignment', 'neutral', 'Left its group', {
        detail: leftBecause[reason],
        data: { groupId, reason },
      });
    }
    case 'AgentLabelsChanged': {
      const { set, removed } = event.data;
      const changes = Object.entries(set).map(([key, value]) => `${key}: ${value}`);
      return story('description', 'neutral', 'Labels changed', {
        detail: [...changes, ...removed.map((key) => `${key} taken away`)].join('\n'),
        data: { set: changes.length, removed: removed.length },
      });
    }
    case 'AgentConfigurationReofferRequested':
      return story('config', 'neutral', 'Its configuration is to be sent once more');
    case 'GroupCreated':
      return story('assignment', 'neutral', `Group ${event.data.name} created`, {
        data: { groupId: event.data.groupId, mode: event.data.mode },
      });
    case 'GroupDetailsChanged':
      return story('assignment', 'neutral', `Group ${event.data.name} edited`, {
        data: { groupId: event.data.groupId },
      });
    case 'GroupSelectorChanged':
      return story('assignment', 'neutral', 'The selector of the group changed', {
        detail: event.data.selector ?? 'Members are named one by one from here on',
        data: { groupId: event.data.groupId, mode: event.data.mode },
      });
    case 'GroupConfigurationAssigned': {
      const { groupId, configurationId, version, configHash } = event.data;
      return story('assignment', 'neutral', `Version ${version} assigned to the group`, {
        data: { groupId, configurationId, version, configHash },
      });
    }
    case 'GroupConfigurationUnassigned':
      return story('assignment', 'neutral', "The group's assignment was taken back; the fleet's applies", {
        data: { groupId: event.data.groupId },
      });
    case 'GroupDeleted':
      return story('assignment', 'warn', 'The group was deleted', { data: { groupId: event.data.groupId } });
    case 'GroupRestored':
      return story('assignment', 'neutral', `Group ${event.data.name} restored, without its members`, {
        data: { groupId: event.data.groupId },
      });
    case 'ConfigurationCreated':
      return story('config', 'neutral', `Configuration ${event.data.name} created`, {
        data: { configurationId: event.data.configurationId },
      });
    case 'ConfigurationVersionPublished':
      return story('config', 'good', `Version ${event.data.version} published`, {
        detail: event.data.notes,
        data: { version: event.data.version, configHash: event.data.configHash },
      });
    case 'ConfigurationVersionArchived':
      return story('config', 'neutral', `Version ${event.data.version} archived`, {
        data: { version: event.data.version },
      });
    case 'ConfigurationVersionUnarchived':
      return story('config', 'neutral', `Version ${event.data.version} taken out of the archive`, {
        data: { version: event.data.version },
      });
    case 'ConfigurationVersionDeleted':
      return story('config', 'neutral', `Version ${event.data.version} deleted`, {
        data: { version: event.data.version },
      });
    case 'ConfigurationTagSet': {
      const { tag, version, previousVersion } = event.data;
      const from = previousVersion === null ? '' : ` (before: version ${previousVersion})`;
      return story('config', 'neutral', `Version ${version} tagged ${tag}${from}`, {
        data: { version, previousVersion },
      });
    }
    case 'ConfigurationTagRemoved':
      return story('config', 'neutral', `Tag ${event.data.tag} taken off version ${event.data.version}`, {
        data: { version: event.data.version },
      });
    case 'ConfigurationDeleted':
      return story('config', 'neutral', `Configuration ${event.data.name} deleted`, {
        data: { configurationId: event.data.configurationId },
      });
    default:
      return undefined;
  }
}

function statusStory(event: Extract<Stamped, { readonly type: 'AgentRemoteConfigStatusReported' }>): Story {
  const { status, errorMessage, configHash } = event.data;
  const data = { status, configHash };
  switch (status) {
    case 'applied':
      return story('status', 'good', 'Configuration applied', { data });
    case 'applying':
      return story('status', 'neutral', 'Applying configuration', { data });
    case 'failed':
      return story('status', 'bad', 'Configuration failed', { detail: errorMessage, data });
    case 'unset':
      return story('status', 'neutral', 'No configuration status', { data });
  }
}
