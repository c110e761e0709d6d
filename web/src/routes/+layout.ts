import { createApi } from '#lib/api/api.ts';
import { momentOf } from '#lib/time/moment.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ url, fetch }) => {
  const moment = momentOf(url.searchParams);
  if (moment.kind === 'now') return { momentTime: null };
  if (moment.kind === 'time') return { momentTime: moment.time };
  try {
    const event = await createApi(fetch)('getEvent', { params: { position: moment.position } });
    return { momentTime: event.recordedAt };
  } catch {
    // The banner then names the position alone; the page itself says what is wrong.
    return { momentTime: null };
  }
};
