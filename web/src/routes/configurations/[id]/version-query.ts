import type { VersionStatus } from '@ampora/api-contract';
import { versionLooks } from '#lib/status/looks.ts';

/** Which versions are listed, as the page's address says it. */
export interface VersionQuery {
  readonly status: readonly VersionStatus[];
  readonly author: string;
  /** Beginning of a content hash or semantic hash. */
  readonly hash: string;
  /** Days as `2026-11-21`, both included, in UTC. */
  readonly since: string;
  readonly until: string;
  readonly cursor: string;
}

/** Every status that a version can have. */
export const statuses = Object.keys(versionLooks) as readonly VersionStatus[];

const day = /^\d{4}-\d{2}-\d{2}$/;
const dayMs = 86_400_000;

/** Reads the address; what cannot be understood counts as not said. */
export function parseVersionQuery(search: { get(name: string): string | null }): VersionQuery {
  const dayOf = (name: string) => {
    const text = search.get(name) ?? '';
    return day.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
  };
  const hash = (search.get('hash') ?? '').trim().toLowerCase();
  const asked = (search.get('status') ?? '').split(',');
  return {
    status: statuses.filter((status) => asked.includes(status)),
    author: (search.get('author') ?? '').trim(),
    hash: /^[0-9a-f]{1,64}$/.test(hash) ? hash : '',
    since: dayOf('since'),
    until: dayOf('until'),
    cursor: search.get('cursor') ?? '',
  };
}

export const isNarrowed = ({ status, author, hash, since, until }: VersionQuery) =>
  status.length > 0 || [author, hash, since, until].some((text) => text !== '');

/** The query as an address carries it. */
export function toAddress({ status, cursor, ...texts }: VersionQuery): Record<string, string> {
  return { status: status.join(','), ...texts, cursor };
}

/** As the API is asked: the last day counts to its end. */
export function toParameters({ status, author, hash, since, until, cursor }: VersionQuery) {
  return {
    ...(status.length > 0 ? { status: status.join(',') } : {}),
    ...(author === '' ? {} : { author }),
    ...(hash === '' ? {} : { hash }),
    ...(since === '' ? {} : { since: new Date(Date.parse(since)).toISOString() }),
    ...(until === '' ? {} : { until: new Date(Date.parse(until) + dayMs).toISOString() }),
    ...(cursor === '' ? {} : { cursor }),
  };
}
