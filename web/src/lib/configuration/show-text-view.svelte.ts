import { goto } from '$app/navigation';
import { addressOfView, type TextView } from './text-view.ts';

/** The address of the page keeps how its text is looked at. */
export function showTextView(at: { readonly href: string }, view: TextView): void {
  void goto(addressOfView(at.href, view), { replace: true, reset: false });
}
