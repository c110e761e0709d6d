import { goto } from '$app/navigation';
import type { TextView } from './text-view.ts';

/** The address of the page keeps how its text is looked at. */
export function showTextView(at: { readonly href: string }, view: TextView): void {
  const url = new URL(at.href);
  if (view === 'yaml') url.searchParams.delete('view');
  else url.searchParams.set('view', view);
  void goto(`${url.pathname}${url.search}`, { replace: true, reset: false });
}
