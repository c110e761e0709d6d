import type {
  DriftState,
  Finding,
  RemoteConfigStatus,
  TimelineItem,
  VersionStatus,
} from '@ampora/api-contract';
import type { IconName } from '#lib/ui/icon/icons.ts';
import type { Look, Tone } from './tone.ts';

export const driftLooks: Record<DriftState, Look> = {
  'in-sync': {
    word: 'In sync',
    tone: 'good',
    icon: 'check-circle',
    explain: 'Runs what it was told to run, and is healthy with it.',
  },
  pending: {
    word: 'Pending',
    tone: 'busy',
    icon: 'hourglass',
    explain: 'Has not applied its assigned configuration yet.',
  },
  rejected: {
    word: 'Rejected',
    tone: 'bad',
    icon: 'ban',
    explain: 'Refused its assigned configuration, or failed to apply it.',
  },
  changed: {
    word: 'Changed',
    tone: 'odd',
    icon: 'not-equal',
    explain: 'Says it applied its configuration, but runs something else.',
  },
  unhealthy: {
    word: 'Unhealthy',
    tone: 'warn',
    icon: 'warning',
    explain: 'Runs what it was told to run, but is not healthy with it.',
  },
  unassigned: {
    word: 'Unassigned',
    tone: 'quiet',
    icon: 'circle-dashed',
    explain: 'Was not told to run anything.',
  },
  unknown: {
    word: 'Unknown',
    tone: 'quiet',
    icon: 'question',
    explain: 'Does not report enough to tell.',
  },
};

/** The drift states from what needs a person most to what needs nobody. */
export const driftOrder: readonly DriftState[] = [
  'rejected',
  'changed',
  'unhealthy',
  'pending',
  'in-sync',
  'unassigned',
  'unknown',
];

export const remoteConfigLooks: Record<RemoteConfigStatus, Look> = {
  applied: {
    word: 'Applied',
    tone: 'good',
    icon: 'check-circle',
    explain: 'The agent says it applied what it was offered.',
  },
  applying: {
    word: 'Applying',
    tone: 'busy',
    icon: 'hourglass',
    explain: 'The agent is applying what it was offered.',
  },
  failed: {
    word: 'Failed',
    tone: 'bad',
    icon: 'ban',
    explain: 'The agent says it could not apply what it was offered.',
  },
  unset: {
    word: 'Not reported',
    tone: 'quiet',
    icon: 'circle-dashed',
    explain: 'The agent has said nothing about an offered configuration.',
  },
};

export const versionLooks: Record<VersionStatus, Look> = {
  Draft: { word: 'Draft', tone: 'busy', icon: 'pencil', explain: 'Can be edited; never sent to agents.' },
  Published: {
    word: 'Published',
    tone: 'good',
    icon: 'lock',
    explain: 'Frozen; can be assigned to agents.',
  },
  Archived: {
    word: 'Archived',
    tone: 'quiet',
    icon: 'archive',
    explain: 'Still valid where it runs; no longer offered for new use.',
  },
};

export type Connection = 'connected' | 'disconnected';
export const connectionLooks: Record<Connection, Look> = {
  connected: {
    word: 'Connected',
    tone: 'good',
    icon: 'plug',
    explain: 'Holds a connection, or polls in time.',
  },
  disconnected: {
    word: 'Disconnected',
    tone: 'quiet',
    icon: 'unplug',
    explain: 'Said goodbye, lost its connection, or fell silent.',
  },
};
export const connectionOf = (connected: boolean): Connection => (connected ? 'connected' : 'disconnected');

export type Health = 'healthy' | 'unhealthy' | 'unreported';
export const healthLooks: Record<Health, Look> = {
  healthy: { word: 'Healthy', tone: 'good', icon: 'heart', explain: 'The agent says it is healthy.' },
  unhealthy: {
    word: 'Unhealthy',
    tone: 'bad',
    icon: 'heart-broken',
    explain: 'The agent says it is not healthy.',
  },
  unreported: {
    word: 'No health yet',
    tone: 'quiet',
    icon: 'circle-dashed',
    explain: 'The agent has not reported its health.',
  },
};
export const healthOf = (healthy: boolean | null): Health =>
  healthy === null ? 'unreported' : healthy ? 'healthy' : 'unhealthy';

export const severityLooks: Record<Finding['severity'], Look> = {
  error: { word: 'Error', tone: 'bad', icon: 'ban', explain: 'Stands in the way of publishing.' },
  warning: {
    word: 'Warning',
    tone: 'warn',
    icon: 'warning',
    explain: 'Worth a look; does not stop publishing.',
  },
  info: { word: 'Note', tone: 'busy', icon: 'info', explain: 'Good to know.' },
};

export const eventTones: Record<TimelineItem['tone'], Tone> = {
  good: 'good',
  bad: 'bad',
  warn: 'warn',
  neutral: 'quiet',
};

export const kindLooks: Record<TimelineItem['kind'], { readonly word: string; readonly icon: IconName }> = {
  lifecycle: { word: 'Life', icon: 'spark' },
  connection: { word: 'Connection', icon: 'plug' },
  description: { word: 'Description', icon: 'tag' },
  health: { word: 'Health', icon: 'heart' },
  config: { word: 'Running config', icon: 'file' },
  status: { word: 'Config status', icon: 'send' },
  assignment: { word: 'Assignment', icon: 'target' },
  packages: { word: 'Packages', icon: 'box' },
};
