import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url, depends }) => {
  depends(stale.lintRules);
  const { items } = await loadApi(fetch)('listLintRules', { query: atQuery(url.searchParams) });
  return { rules: items, edited: url.searchParams.get('rule') };
};
