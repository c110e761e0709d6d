/** How a text is looked at, as the address of a page gives it: `?view=split`. */
export const textViews = ['yaml', 'split', 'visual'] as const;
export type TextView = (typeof textViews)[number];

/** What cannot be understood is the text alone. */
export function parseTextView(search: { get(name: string): string | null }): TextView {
  const asked = search.get('view');
  return textViews.find((view) => view === asked) ?? 'yaml';
}

/** The same page with its text looked at like that. */
export function addressOfView(href: string, view: TextView): string {
  const url = new URL(href);
  if (view === 'yaml') url.searchParams.delete('view');
  else url.searchParams.set('view', view);
  return `${url.pathname}${url.search}`;
}
