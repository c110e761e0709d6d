import type { AgentSortKey } from '@ampora/api-contract';

/** The fields that the fleet can be narrowed by, in the order of the side panel. */
export const facetFields = [
  { name: 'connected', word: 'Connection', many: false },
  { name: 'healthy', word: 'Health', many: false },
  { name: 'driftState', word: 'Drift', many: true },
  { name: 'remoteConfigStatus', word: 'Config status', many: true },
  { name: 'flapping', word: 'Flapping', many: false },
  { name: 'agentType', word: 'Type', many: true },
  { name: 'agentVersion', word: 'Version', many: true },
  { name: 'osType', word: 'System', many: true },
] as const;
export type FacetName = (typeof facetFields)[number]['name'];

export const sortKeys = [
  'displayName',
  'agentType',
  'agentVersion',
  'hostName',
  'connected',
  'healthy',
  'driftState',
  'remoteConfigStatus',
  'lastSeenAt',
  'stateSince',
  'enrolledAt',
] as const satisfies readonly AgentSortKey[];
export type Sort = AgentSortKey | `-${AgentSortKey}`;

/** All that the fleet page's address says, besides the moment. */
export interface FleetQuery {
  readonly search: string;
  readonly sort: Sort;
  readonly configurationId: string | null;
  readonly filters: Readonly<Partial<Record<FacetName, readonly string[]>>>;
}

const defaultSort: Sort = 'displayName';

function toSort(text: string | null): Sort {
  const key = sortKeys.find((candidate) => text === candidate || text === `-${candidate}`);
  return key === undefined ? defaultSort : text?.startsWith('-') ? `-${key}` : key;
}

/** Reads the address. What it does not understand counts as not said. */
export function parseFleetQuery(search: { get(name: string): string | null }): FleetQuery {
  const filters: Partial<Record<FacetName, readonly string[]>> = {};
  for (const { name, many } of facetFields) {
    const values = (search.get(name) ?? '').split(',').filter((value) => value !== '');
    if (values.length > 0) filters[name] = many ? values : values.slice(0, 1);
  }
  return {
    search: search.get('search') ?? '',
    sort: toSort(search.get('sort')),
    configurationId: search.get('configurationId'),
    filters,
  };
}

/** The same as a query: for the address and for the API alike. Absent things are left out. */
export function toParameters(query: FleetQuery): Record<string, string> {
  const parameters: Record<string, string> = {};
  if (query.search !== '') parameters['search'] = query.search;
  for (const { name } of facetFields) {
    const values = query.filters[name] ?? [];
    if (values.length > 0) parameters[name] = values.join(',');
  }
  if (query.configurationId !== null) parameters['configurationId'] = query.configurationId;
  if (query.sort !== defaultSort) parameters['sort'] = query.sort;
  return parameters;
}

/** Adds or removes one value of one facet. A facet that takes one value replaces it. */
export function toggleFacet(query: FleetQuery, name: FacetName, value: string): FleetQuery {
  const values = query.filters[name] ?? [];
  const many = facetFields.find((field) => field.name === name)?.many ?? false;
  const next = values.includes(value)
    ? values.filter((candidate) => candidate !== value)
    : many
      ? [...values, value]
      : [value];
  return { ...query, filters: { ...query.filters, [name]: next } };
}

/** First click sorts upwards, the next one downwards. */
export function toggleSort(query: FleetQuery, key: AgentSortKey): FleetQuery {
  return { ...query, sort: query.sort === key ? `-${key}` : key };
}

export function clearFilters(query: FleetQuery): FleetQuery {
  return { ...query, search: '', configurationId: null, filters: {} };
}

/** How many things narrow the fleet, the search aside. */
export function countFilters(query: FleetQuery): number {
  const chosen = Object.values(query.filters).reduce((sum, values) => sum + values.length, 0);
  return chosen + (query.configurationId === null ? 0 : 1);
}
