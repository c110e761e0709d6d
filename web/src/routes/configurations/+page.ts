import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url, depends }) => {
  depends(stale.configurations);
  const search = url.searchParams.get('search') ?? '';
  const cursor = url.searchParams.get('cursor') ?? undefined;
  const query = { ...atQuery(url.searchParams), search, limit: 100, ...(cursor ? { cursor } : {}) };
  return { search, page: await loadApi(fetch)('listConfigurations', { query }) };
};
