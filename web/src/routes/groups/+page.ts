import type { GroupMode } from '@ampora/api-contract';
import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

/** So many groups are drawn and listed at once; more come page by page. */
const shownGroups = 200;

export const load: PageLoad = async ({ fetch, url, depends }) => {
  depends(stale.groups);
  const api = loadApi(fetch);
  const at = atQuery(url.searchParams);
  const search = url.searchParams.get('search') ?? '';
  const wanted = url.searchParams.get('mode');
  const mode: GroupMode | null = wanted === 'static' || wanted === 'dynamic' ? wanted : null;
  const deleted = url.searchParams.get('tab') === 'deleted';
  const cursor = url.searchParams.get('cursor');
  const narrowed = search !== '' || mode !== null || deleted || cursor !== null;
  const [page, all, facets] = await Promise.all([
    api('listGroups', {
      query: {
        ...at,
        limit: shownGroups,
        ...(search === '' ? {} : { search }),
        ...(mode === null ? {} : { mode }),
        ...(deleted ? { deleted: 'true' as const } : {}),
        ...(cursor === null ? {} : { cursor }),
      },
    }),
    narrowed ? api('listGroups', { query: { ...at, limit: shownGroups } }) : null,
    api('getAgentFacets', { query: at }),
  ]);
  return { page, all: all ?? page, total: facets.total, search, mode, deleted };
};
