import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url, params, depends }) => {
  depends(stale.configuration(params.id));
  const version = await loadApi(fetch)('getVersion', {
    params: { id: params.id, version: params.version },
    query: atQuery(url.searchParams),
  });
  const releases: readonly { version: string; default: boolean }[] = [];
  const groups: readonly { id: string; name: string; members: number }[] = [];
  return { version, releases, groups };
};
