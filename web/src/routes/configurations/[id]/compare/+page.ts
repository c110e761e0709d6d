import { error } from '@sveltejs/kit';
import { loadApi } from '#lib/api/api.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url, params }) => {
  const from = Number(url.searchParams.get('from'));
  const to = Number(url.searchParams.get('to'));
  if (!(from > 0 && to > 0)) {
    error(400, {
      message: 'Which versions?',
      code: 'web/versions-missing',
      detail: 'The address needs ?from= and ?to= with version numbers.',
    });
  }
  const api = loadApi(fetch);
  const query = atQuery(url.searchParams);
  const [configuration, comparison] = await Promise.all([
    api('getConfiguration', { params: { id: params.id }, query }),
    api('compareVersions', { params: { id: params.id }, query: { ...query, from, to } }),
  ]);
  const asked = url.searchParams.get('view');
  const view = asked === 'text' || asked === 'picture' ? asked : ('meaning' as const);
  return { configuration, comparison, from, to, view };
};
