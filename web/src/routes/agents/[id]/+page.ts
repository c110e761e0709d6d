import { isHttpError } from '@sveltejs/kit';
import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import { loadEnrolment, loadKnown } from './agent-at-moment.ts';
import type { PageLoad } from './$types';

/** The agent as it was at the moment, its whole life for the drawing, and what the chosen section shows. */
export const load: PageLoad = async ({ fetch, url, params, depends }) => {
  depends(stale.agent(params.id));
  const api = loadApi(fetch);
  const query = atQuery(url.searchParams);
  try {
    return { known: await loadKnown(api, params.id, url.searchParams), later: null };
  } catch (cause) {
    if (query.at === undefined || !isHttpError(cause, 404)) throw cause;
    // Who was not there yet may be there now; who never was is not found here either.
    return { known: null, later: await loadEnrolment(api, params.id) };
  }
};
