import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { LayoutLoad } from './$types';

const shownEvents = 20;

/** The group, and what happened to it; its members renew themselves. */
export const load: LayoutLoad = async ({ fetch, url, params, depends }) => {
  depends(stale.groups);
  const api = loadApi(fetch);
  const query = atQuery(url.searchParams);
  const [group, events] = await Promise.all([
    api('getGroup', { params: { id: params.id }, query }),
    api('listEvents', { query: { ...query, stream: `group-${params.id}`, limit: shownEvents } }),
  ]);
  return { group, events };
};
