import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, depends }) => {
  depends(stale.projections);
  const { items } = await loadApi(fetch)('listProjections', {});
  return { rows: items };
};
