import { driftState, remoteConfigStatus } from '@ampora/api-contract';
import type { FacetName } from '#lib/fleet/fleet-query.ts';
import {
  connectionLooks,
  connectionOf,
  driftLooks,
  driftOrder,
  healthLooks,
  remoteConfigLooks,
} from '#lib/status/looks.ts';
import type { Tone } from '#lib/status/tone.ts';
import type { IconName } from '#lib/ui/icon/icons.ts';

interface FacetLook {
  readonly word: string;
  readonly icon?: IconName;
  readonly tone?: Tone;
}

const named: Partial<Record<FacetName, (value: string) => FacetLook | undefined>> = {
  connected: (value) => connectionLooks[connectionOf(value === 'true')],
  healthy: (value) =>
    healthLooks[value === 'true' ? 'healthy' : value === 'false' ? 'unhealthy' : 'unreported'],
  driftState: (value) => lookIn(driftLooks, driftState.safeParse(value).data),
  remoteConfigStatus: (value) => lookIn(remoteConfigLooks, remoteConfigStatus.safeParse(value).data),
  flapping: (value) =>
    value === 'true' ? { word: 'Flapping', icon: 'pulse', tone: 'warn' } : { word: 'Steady', icon: 'minus' },
};

function lookIn<Key extends string>(
  looks: Record<Key, FacetLook>,
  key: Key | undefined,
): FacetLook | undefined {
  return key === undefined ? undefined : looks[key];
}

/** Names of groups, by id. */
export type GroupNames = Readonly<Record<string, string>>;

/** How a value of a facet reads. */
export function facetLook(name: FacetName, value: string, groups: GroupNames): FacetLook {
  if (name === 'groupId')
    return value === 'none'
      ? { word: 'No group', icon: 'circle-dashed' }
      : { word: groups[value] ?? 'Unknown group' };
  return named[name]?.(value) ?? { word: value === '' ? 'not reported' : value };
}

const orders: Partial<Record<FacetName, readonly string[]>> = {
  connected: ['true', 'false'],
  healthy: ['false', 'true', 'unknown'],
  driftState: driftOrder,
  remoteConfigStatus: ['failed', 'applying', 'applied', 'unset'],
  flapping: ['true', 'false'],
};

/** States keep their place while their counts move; other values come as the API orders them. */
export function inOrder<Entry extends { readonly value: string }>(
  name: FacetName,
  entries: Entry[],
): Entry[] {
  const order = orders[name];
  if (order === undefined) return entries;
  return entries.toSorted((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
}
