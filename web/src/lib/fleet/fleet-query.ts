import type { AgentSortKey } from '@ampora/api-contract';

/** The fields that the fleet can be narrowed by, in the order of the side panel. */
export const facetFields = [
  { name: 'connected', word: 'Connection', many: false },
  { name: 'healthy', word: 'Health', many: false },
  { name: 'driftState', word: 'Drift', many: true },
  { name: 'remoteConfigStatus', word: 'Config status', many: true },
  { name: 'flapping', word: 'Flapping', many: false },
  { name: 'groupId', word: 'Group', many: false },
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
  /** Each as `key:value`; all of them must be so. */
  readonly labels: readonly string[];
  readonly filters: Readonly<Partial<Record<FacetName, readonly string[]>>>;
}

const defaultSort: Sort = 'displayName';

function toSort(text: string | null): Sort {
  const key = sortKeys.find((candidate) => text === candidate || text === `-${candidate}`);
  return key === undefined ? defaultSort : text?.startsWith('-') ? `-${key}` : key;
}

/** A value may hold commas, a key may not: what follows a comma is another label when it begins with a key. */
function toLabels(text: string | null): readonly string[] {
  return (text ?? '').split(/,(?=[A-Za-z0-9][\w./-]{0,62}:)/).filter(isLabel);
}

/** Whether it is a label as the fleet is narrowed by: a key, a colon, a value. */
export function isLabel(text: string): boolean {
  return /^[A-Za-z0-9][\w./-]{0,62}:.+$/.test(text);
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
    labels: toLabels(search.get('label')),
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
  if (query.labels.length > 0) parameters['label'] = query.labels.join(',');
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

/** Adds or removes a label. */
export function toggleLabel(query: FleetQuery, label: string): FleetQuery {
  const labels = query.labels.includes(label)
    ? query.labels.filter((candidate) => candidate !== label)
    : [...query.labels, label];
  return { ...query, labels };
}

/** The same without the order: which agents, for whatever is done to all of them. */
export function toFilter(query: FleetQuery): Record<string, string> {
  const { sort: _, ...filter } = toParameters(query);
  return filter;
}

/** First click sorts upwards, the next one downwards. */
export function toggleSort(query: FleetQuery, key: AgentSortKey): FleetQuery {
  return { ...query, sort: query.sort === key ? `-${key}` : key };
}

export function clearFilters(query: FleetQuery): FleetQuery {
  return { ...query, search: '', configurationId: null, labels: [], filters: {} };
}

/** How many things narrow the fleet, the search aside. */
export function countFilters(query: FleetQuery): number {
  const chosen = Object.values(query.filters).reduce((sum, values) => sum + values.length, 0);
  return chosen + query.labels.length + (query.configurationId === null ? 0 : 1);
}
