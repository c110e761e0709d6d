import type { Tone } from '#lib/status/tone.ts';
import type { IconName } from '#lib/ui/icon/icons.ts';

/** How events of a type are marked. Types are open-ended, so what is not known by name is known by what it is about. */
export interface TypeLook {
  readonly icon: IconName;
  readonly tone: Tone;
}

const looks: readonly (readonly [RegExp, TypeLook])[] = [
  [/JoinedGroup$/, { icon: 'group', tone: 'good' }],
  [/LeftGroup$/, { icon: 'group', tone: 'warn' }],
  [/LabelsChanged$/, { icon: 'tag', tone: 'busy' }],
  [/^Group(?:Deleted|NameReleased)$/, { icon: 'trash', tone: 'warn' }],
  [/^GroupSelector/, { icon: 'filter', tone: 'busy' }],
  [/^Bulk/, { icon: 'fleet', tone: 'busy' }],
  [/Flapping$/, { icon: 'pulse', tone: 'warn' }],
  [/Disconnected$/, { icon: 'unplug', tone: 'warn' }],
  [/Connected$/, { icon: 'plug', tone: 'good' }],
  [/^AgentHealth/, { icon: 'heart', tone: 'quiet' }],
  [/Unassigned$/, { icon: 'target', tone: 'odd' }],
  [/Assigned$/, { icon: 'target', tone: 'busy' }],
  [/Published$/, { icon: 'lock', tone: 'good' }],
  [/Archived$/, { icon: 'archive', tone: 'quiet' }],
  [/Discarded$/, { icon: 'trash', tone: 'quiet' }],
  [/^ConfigurationDraft/, { icon: 'pencil', tone: 'busy' }],
  [/^Group/, { icon: 'group', tone: 'busy' }],
  [/^Configuration/, { icon: 'file', tone: 'busy' }],
  [/Offered$/, { icon: 'send', tone: 'busy' }],
  [/StatusReported$/, { icon: 'check-circle', tone: 'quiet' }],
  [/EffectiveConfig/, { icon: 'file', tone: 'quiet' }],
  [/Description/, { icon: 'tag', tone: 'quiet' }],
  [/Enrolled$/, { icon: 'spark', tone: 'good' }],
  [/^Content/, { icon: 'box', tone: 'quiet' }],
  [/^Audit|Root|Key/, { icon: 'shield', tone: 'odd' }],
];

const unknown: TypeLook = { icon: 'circle-dashed', tone: 'quiet' };

/** The mark of an event. What it says of itself counts before its type: a refusal is bad whatever else refusals are. */
export function lookOfEvent(event: {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}): TypeLook {
  const look = looks.find(([pattern]) => pattern.test(event.type))?.[1] ?? unknown;
  return { ...look, ...lookOfData(event.data) };
}

function lookOfData(data: Readonly<Record<string, unknown>>): Partial<TypeLook> {
  if (data['status'] === 'failed') return { icon: 'ban', tone: 'bad' };
  if (data['status'] === 'applying') return { icon: 'hourglass', tone: 'busy' };
  if (data['status'] === 'applied') return { tone: 'good' };
  const health = data['health'];
  if (typeof health === 'object' && health !== null && 'healthy' in health)
    return { tone: health.healthy === true ? 'good' : 'bad' };
  return {};
}
