import { loadApi } from '#lib/api/api.ts';
import { pageSize } from '#lib/fleet/fleet-rows.svelte.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

/** The first members and their counts; what follows is fetched as it comes into view. */
export const load: PageLoad = async ({ fetch, url, params }) => {
  const api = loadApi(fetch);
  const parameters: Record<string, string> = { ...atQuery(url.searchParams), groupId: params.id };
  const [page, facets] = await Promise.all([
    api('listAgents', { query: { ...parameters, limit: pageSize } }),
    api('getAgentFacets', { query: parameters }),
  ]);
  return { parameters, page, facets };
};
