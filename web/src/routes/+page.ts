import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

/** As many as are drawn where the fleet is divided. */
const shownGroups = 200;

export const load: PageLoad = async ({ fetch, url, depends }) => {
  depends(stale.overview);
  const api = loadApi(fetch);
  const query = atQuery(url.searchParams);
  const [overview, groups] = await Promise.all([
    api('getOverview', { query }),
    api('listGroups', { query: { ...query, limit: shownGroups } }),
  ]);
  return { overview, groups: groups.items };
};
