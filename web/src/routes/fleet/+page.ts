import { createApi, loadApi } from '#lib/api/api.ts';
import { parseFleetQuery, toParameters } from '#lib/fleet/fleet-query.ts';
import { pageSize } from '#lib/fleet/fleet-rows.svelte.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

/** As many as one page of groups has. */
const namedGroups = 500;

/** The first rows and the counts; what follows is fetched as it comes into view. */
export const load: PageLoad = async ({ fetch, url }) => {
  const api = loadApi(fetch);
  const query = parseFleetQuery(url.searchParams);
  const parameters = { ...toParameters(query), ...atQuery(url.searchParams) };
  const [page, facets, groups] = await Promise.all([
    api('listAgents', { query: { ...parameters, limit: pageSize } }),
    api('getAgentFacets', { query: parameters }),
    api('listGroups', { query: { ...atQuery(url.searchParams), limit: namedGroups } }),
  ]);
  const groupNames = Object.fromEntries(groups.items.map(({ id, name }) => [id, name]));
  const [wanted] = query.filters.groupId ?? [];
  // A group beyond that page, or one that is deleted, is still to be called by its name.
  if (wanted !== undefined && wanted !== 'none' && !(wanted in groupNames)) {
    const at = atQuery(url.searchParams);
    const named = await createApi(fetch)('getGroup', { params: { id: wanted }, query: at }).catch(() => null);
    if (named !== null) groupNames[wanted] = named.name;
  }
  return { query, parameters, page, facets, groupNames };
};
