import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url, params, depends }) => {
  depends(stale.configuration(params.id), stale.anyConfiguration);
  const api = loadApi(fetch);
  const query = atQuery(url.searchParams);
  const [configuration, assignments] = await Promise.all([
    api('getConfiguration', { params: { id: params.id }, query }),
    api('listAssignments', { query: { ...query, configurationId: params.id, limit: 50 } }),
  ]);
  return { configuration, assignments };
};
