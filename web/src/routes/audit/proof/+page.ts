import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import type { PageLoad } from './$types';

const drawnRoots = 200;

export const load: PageLoad = async ({ fetch, url, depends }) => {
  depends(stale.roots);
  const api = loadApi(fetch);
  const asked = url.searchParams.get('event') ?? '';
  const [roots, keys] = await Promise.all([
    api('listRoots', { query: { limit: drawnRoots } }),
    api('listSigningKeys', {}),
  ]);
  return {
    // Newest first.
    roots: roots.items,
    hasOlder: roots.next !== null,
    keys: keys.items,
    event: /^\d{1,19}$/.test(asked) ? asked : null,
  };
};
