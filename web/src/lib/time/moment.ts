/** What `?at=` may hold: a log position or an RFC 3339 time. */
export type Moment =
  | { readonly kind: 'now' }
  | { readonly kind: 'position'; readonly position: string }
  | { readonly kind: 'time'; readonly time: string };

const position = /^\d{1,19}$/;

/** Reads `?at=`; what is neither a position nor a time counts as now. */
export function momentOf(search: { get(name: string): string | null }): Moment {
  const at = search.get('at')?.trim() ?? '';
  if (position.test(at)) return { kind: 'position', position: at };
  const ms = Date.parse(at);
  return Number.isNaN(ms) || at === '' ? { kind: 'now' } : { kind: 'time', time: new Date(ms).toISOString() };
}

/** The `at` of a read, as a query to spread: empty for now. */
export function atQuery(search: { get(name: string): string | null }): { at?: string } {
  const moment = momentOf(search);
  if (moment.kind === 'now') return {};
  return { at: moment.kind === 'position' ? moment.position : moment.time };
}

/** A path with a query in which the moment that the page looks at is kept. Undefined and empty values are left out. */
export function pathAt(
  search: { get(name: string): string | null },
  path: string,
  query: Record<string, string | number | undefined> = {},
): string {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, ...atQuery(search) })) {
    if (value !== undefined && value !== '') next.set(name, String(value));
  }
  const text = next.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The same address at another moment; null is now. */
export function addressAt(url: URL | { href: string }, at: string | null): string {
  const next = new URL(url.href);
  if (at === null) next.searchParams.delete('at');
  else next.searchParams.set('at', at);
  return `${next.pathname}${next.search}`;
}
