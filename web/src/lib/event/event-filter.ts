/** What narrows the log, as the address of the explorer says it. Fields combine; several types are alternatives. */
export interface EventFilter {
  readonly type: readonly string[];
  readonly actor: string | null;
  readonly tenant: string | null;
  readonly agentId: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
  readonly stream: string | null;
  readonly streamPrefix: readonly string[];
  readonly since: string | null;
  readonly until: string | null;
  /** Whether what one decision set off stands together. */
  readonly isGrouped: boolean;
}

export const emptyFilter: EventFilter = {
  type: [],
  actor: null,
  tenant: null,
  agentId: null,
  correlationId: null,
  causationId: null,
  stream: null,
  streamPrefix: [],
  since: null,
  until: null,
  isGrouped: false,
};

/** The fields that hold one text, with the word for people. */
export const textFields = [
  { name: 'stream', word: 'Stream' },
  { name: 'agentId', word: 'Agent' },
  { name: 'actor', word: 'Actor' },
  { name: 'correlationId', word: 'Correlation' },
  { name: 'causationId', word: 'Caused by' },
  { name: 'tenant', word: 'Tenant' },
  { name: 'since', word: 'From' },
  { name: 'until', word: 'Until' },
] as const;
export type TextField = (typeof textFields)[number]['name'];

/** Kinds of streams, by what their names begin with. */
export const streamKinds = [
  { prefix: 'agent-', word: 'Agents' },
  { prefix: 'configuration-', word: 'Configurations' },
  { prefix: 'assignment-', word: 'Assignments' },
  { prefix: 'fleet-assignment-', word: 'Fleet assignments' },
  { prefix: 'tenant-', word: 'Tenant' },
] as const;

type Search = { get(name: string): string | null };

const textOf = (search: Search, name: string) => search.get(name)?.trim() || null;
const listOf = (search: Search, name: string) => [
  ...new Set((search.get(name) ?? '').split(',').filter((value) => value !== '')),
];

function timeOf(search: Search, name: string): string | null {
  const ms = Date.parse(search.get(name) ?? '');
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** Reads the address. What it does not understand counts as not said. */
export function parseEventFilter(search: Search): EventFilter {
  return {
    type: listOf(search, 'type'),
    actor: textOf(search, 'actor'),
    tenant: textOf(search, 'tenant'),
    agentId: textOf(search, 'agentId'),
    correlationId: textOf(search, 'correlationId'),
    causationId: textOf(search, 'causationId'),
    stream: textOf(search, 'stream'),
    streamPrefix: listOf(search, 'streamPrefix'),
    since: timeOf(search, 'since'),
    until: timeOf(search, 'until'),
    isGrouped: search.get('group') === 'correlation',
  };
}

/** The filter as the API takes it; absent things are left out. */
export function toEventQuery(filter: EventFilter): {
  type?: string[];
  streamPrefix?: string[];
} & Partial<Record<TextField, string>> {
  const texts: Partial<Record<TextField, string>> = {};
  for (const { name } of textFields) {
    const value = filter[name];
    if (value !== null) texts[name] = value;
  }
  return {
    ...texts,
    ...(filter.type.length > 0 ? { type: [...filter.type] } : {}),
    ...(filter.streamPrefix.length > 0 ? { streamPrefix: [...filter.streamPrefix] } : {}),
  };
}

/** The filter as the query of the page's address. */
export function toEventAddress(filter: EventFilter): Record<string, string> {
  const { type, streamPrefix, ...texts } = toEventQuery(filter);
  return {
    ...texts,
    ...(type ? { type: type.join(',') } : {}),
    ...(streamPrefix ? { streamPrefix: streamPrefix.join(',') } : {}),
    ...(filter.isGrouped ? { group: 'correlation' } : {}),
  };
}

/** Adds or removes one value of a field that takes several. */
export function toggleValue(filter: EventFilter, name: 'type' | 'streamPrefix', value: string): EventFilter {
  const values = filter[name];
  return {
    ...filter,
    [name]: values.includes(value) ? values.filter((other) => other !== value) : [...values, value],
  };
}

/** How many things narrow the log. */
export function countNarrowing(filter: EventFilter): number {
  const texts = textFields.filter(({ name }) => filter[name] !== null).length;
  return texts + filter.type.length + filter.streamPrefix.length;
}
