import { loadApi } from '#lib/api/api.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, params }) => ({
  event: await loadApi(fetch)('getEvent', { params: { position: params.position } }),
});
