import { loadApi } from '#lib/api/api.ts';
import { parseFleetQuery, toParameters } from '#lib/fleet/fleet-query.ts';
import { pageSize } from '#lib/fleet/fleet-rows.svelte.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

/** Facets have no more values than these either. */
const shownGroups = 200;

/** The first rows and the counts; what follows is fetched as it comes into view. */
export const load: PageLoad = async ({ fetch, url }) => {
  const api = loadApi(fetch);
  const query = parseFleetQuery(url.searchParams);
  const parameters = { ...toParameters(query), ...atQuery(url.searchParams) };
  const [page, facets, groups] = await Promise.all([
    api('listAgents', { query: { ...parameters, limit: pageSize } }),
    api('getAgentFacets', { query: parameters }),
    api('listGroups', { query: { ...atQuery(url.searchParams), limit: shownGroups } }),
  ]);
  const groupNames = Object.fromEntries(groups.items.map(({ id, name }) => [id, name]));
  return { query, parameters, page, facets, groupNames };
};
