import { loadApi } from '#lib/api/api.ts';
import { parseEventFilter, toEventQuery } from '#lib/event/event-filter.ts';
import { atQuery } from '#lib/time/moment.ts';
import { pageSize } from './event-list.svelte.ts';
import type { PageLoad } from './$types';

/** The newest events that fit and what there is to choose from. What follows, and what comes, the page fetches itself. */
export const load: PageLoad = async ({ fetch, url }) => {
  const api = loadApi(fetch);
  const filter = parseEventFilter(url.searchParams);
  const query = { ...toEventQuery(filter), ...atQuery(url.searchParams) };
  const [first, facets] = await Promise.all([
    api('listEvents', { query: { ...query, limit: pageSize } }),
    api('getEventFacets', { query }),
  ]);
  return { filter, query, first, facets };
};
