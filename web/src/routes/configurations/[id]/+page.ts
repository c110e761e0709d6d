import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';
import { parseVersionQuery, toParameters } from './version-query.ts';

export const load: PageLoad = async ({ fetch, url, params, depends }) => {
  depends(stale.configuration(params.id), stale.anyConfiguration);
  const api = loadApi(fetch);
  const query = atQuery(url.searchParams);
  const asked = parseVersionQuery(url.searchParams);
  const [configuration, versions, assignments] = await Promise.all([
    api('getConfiguration', { params: { id: params.id }, query }),
    api('listVersions', {
      params: { id: params.id },
      query: { ...query, ...toParameters(asked), limit: 50 },
    }),
    api('listAssignments', { query: { ...query, configurationId: params.id, limit: 50 } }),
  ]);
  return { configuration, versions, asked, assignments };
};
