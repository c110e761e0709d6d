import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import { parseAuditQuery, toParameters } from './audit-query.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url, depends }) => {
  const query = parseAuditQuery(url.searchParams);
  // Each look into the archive is written down, so a page with it does not look again by itself.
  if (!query.includeArchive) depends(stale.audit);
  const api = loadApi(fetch);
  const at = atQuery(url.searchParams);
  const asked = { ...at, ...toParameters(query) };
  const [page, facets, retention] = await Promise.all([
    api('listAuditEvents', { query: { ...asked, limit: 50 } }),
    api('getAuditFacets', { query: at }),
    // Always of now: what is kept is not a state of the past.
    api('getAuditRetention', { query: {} }),
  ]);
  return { query, asked, page, facets, retention };
};
