import { redirect } from '@sveltejs/kit';
import { pathAt } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

/** The settings have one page so far. */
export const load: PageLoad = ({ url }) => {
  redirect(307, pathAt(url.searchParams, '/settings/lint-rules'));
};
