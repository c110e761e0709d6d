import { driftState } from '@ampora/api-contract';
import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

/** What needs a person: the default of the API, said here so that the page can show it. */
const troubled = ['rejected', 'changed', 'unhealthy', 'pending'] as const;

export const load: PageLoad = async ({ fetch, url, depends }) => {
  depends(stale.drift);
  const api = loadApi(fetch);
  const query = atQuery(url.searchParams);
  const asked = (url.searchParams.get('state') ?? '').split(',');
  const chosen = driftState.options.filter((state) => asked.includes(state));
  const configurationId = url.searchParams.get('configurationId') ?? undefined;
  const filter = {
    state: chosen.length > 0 ? chosen : [...troubled],
    ...(configurationId === undefined ? {} : { configurationId }),
  };
  const [summary, page] = await Promise.all([
    api('getDriftSummary', { query }),
    api('listDrift', { query: { ...query, ...filter, limit: 50 } }),
  ]);
  return { summary, page, chosen, filter, query };
};
