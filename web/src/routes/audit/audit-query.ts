/** All that the audit page's address says. */
export interface AuditQuery {
  readonly actor: string;
  readonly action: readonly string[];
  readonly entityType: readonly string[];
  readonly entityId: string;
  /** RFC 3339 in UTC, or empty. */
  readonly since: string;
  readonly until: string;
  readonly text: string;
  readonly includeArchive: boolean;
}

const listOf = (text: string | null) => [...new Set((text ?? '').split(',').filter((value) => value !== ''))];

function toTime(text: string | null): string {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
}

/** Reads the address. What it does not understand counts as not said. */
export function parseAuditQuery(search: { get(name: string): string | null }): AuditQuery {
  return {
    actor: search.get('actor') ?? '',
    action: listOf(search.get('action')),
    entityType: listOf(search.get('entityType')),
    entityId: search.get('entityId')?.trim() ?? '',
    since: toTime(search.get('since')),
    until: toTime(search.get('until')),
    text: search.get('text') ?? '',
    includeArchive: search.get('includeArchive') === 'true',
  };
}

/** The same as a query: for the address and for the API alike. Absent things are left out. */
export function toParameters(query: AuditQuery): Record<string, string> {
  const { action, entityType, includeArchive, ...texts } = query;
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries(texts)) if (value !== '') parameters[name] = value;
  if (action.length > 0) parameters['action'] = action.join(',');
  if (entityType.length > 0) parameters['entityType'] = entityType.join(',');
  if (includeArchive) parameters['includeArchive'] = 'true';
  return parameters;
}

export const noFilter: AuditQuery = parseAuditQuery({ get: () => null });

/** Adds a value to a list or takes it away. */
export function toggled(values: readonly string[], value: string): readonly string[] {
  return values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
}

/** How many things narrow the list; the archive widens it. */
export function countFilters(query: AuditQuery): number {
  const single = [query.actor, query.entityId, query.since, query.until, query.text];
  return single.filter((value) => value !== '').length + query.action.length + query.entityType.length;
}

/** What a field for local date and time shows of a moment, to the minute; and the moment that it means. */
export function toLocalField(time: string): string {
  if (time === '') return '';
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
export function fromLocalField(text: string): string {
  return toTime(text);
}
