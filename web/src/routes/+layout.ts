import { createApi } from '#lib/api/api.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { LayoutLoad } from './$types';

/** Where in the log the page stands, when it looks at the past. */
export const load: LayoutLoad = async ({ url, fetch }) => {
  const query = atQuery(url.searchParams);
  if (query.at === undefined) return { shown: null };
  try {
    const { at, position } = await createApi(fetch)('getMoment', { query });
    return { shown: { at, position } };
  } catch {
    // The bar then names the position alone; the page itself says what is wrong.
    return { shown: null };
  }
};
