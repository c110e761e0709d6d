import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import type { PageLoad } from './$types';

/** Stored bodies are no happenings: they are left out of the list. */
const bodies = 'ContentStored';

export const load: PageLoad = async ({ fetch, url, depends }) => {
  const cursor = url.searchParams.get('cursor') ?? undefined;
  const stream = url.searchParams.get('stream') ?? undefined;
  const type = url.searchParams.get('type') ?? undefined;
  // Only the newest page can change.
  if (cursor === undefined) depends(stale.events);
  const query = {
    limit: 100,
    ...(cursor === undefined ? {} : { cursor }),
    ...(stream === undefined ? {} : { stream }),
    ...(type === undefined ? {} : { type: [type] }),
  };
  const page = await loadApi(fetch)('listEvents', { query });
  const items =
    type === undefined && stream === undefined
      ? page.items.filter((event) => event.type !== bodies)
      : page.items;
  return { items, next: page.next, cursor, stream, type };
};
