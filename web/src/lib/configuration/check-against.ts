import type { CheckAgainst } from './checker.svelte.ts';

/** What a text is checked with, as the address of a page gives it: `?release=0.139.0&against=all`. */
export interface AgainstQuery {
  /** Empty: the server's own. */
  readonly release: string;
  readonly against: string;
}

const groupId = /^group:([0-9a-f]{8}-[0-9a-f-]{27})$/i;

/** Reads both; what cannot be understood counts as not said. All agents are what a configuration is usually for. */
export function parseAgainst(search: { get(name: string): string | null }): AgainstQuery {
  const against = search.get('against') ?? 'all';
  const isKnown = against === 'all' || against === 'none' || groupId.test(against);
  return { release: search.get('release') ?? '', against: isKnown ? against : 'all' };
}

/** As the server is asked. */
export function toCheckAgainst({ release, against }: AgainstQuery): CheckAgainst {
  const group = groupId.exec(against)?.[1];
  return {
    ...(release === '' ? {} : { release }),
    ...(against === 'all' ? { target: { all: true as const } } : {}),
    ...(group === undefined ? {} : { target: { groupId: group } }),
  };
}
