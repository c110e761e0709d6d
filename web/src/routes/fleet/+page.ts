import { loadApi } from '#lib/api/api.ts';
import { parseFleetQuery, toParameters } from '#lib/fleet/fleet-query.ts';
import { pageSize } from '#lib/fleet/fleet-rows.svelte.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

/** The first rows and the counts; what follows is fetched as it comes into view. */
export const load: PageLoad = async ({ fetch, url }) => {
  const api = loadApi(fetch);
  const query = parseFleetQuery(url.searchParams);
  const parameters = { ...toParameters(query), ...atQuery(url.searchParams) };
  const [page, facets] = await Promise.all([
    api('listAgents', { query: { ...parameters, limit: pageSize } }),
    api('getAgentFacets', { query: parameters }),
  ]);
  return { query, parameters, page, facets };
};
