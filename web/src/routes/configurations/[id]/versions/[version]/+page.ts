import type { Client, VersionDetail } from '@ampora/api-contract';
import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ fetch, url, params, depends }) => {
  depends(stale.configuration(params.id));
  const api = loadApi(fetch);
  const query = atQuery(url.searchParams);
  const [version, configuration] = await Promise.all([
    api('getVersion', { params: { id: params.id, version: params.version }, query }),
    api('getConfiguration', { params: { id: params.id }, query }),
  ]);
  // What only an editor needs is not asked for where nothing can be edited.
  const edits = version.status === 'Draft' && query.at === undefined;
  const [live, groups] = edits
    ? await Promise.all([liveOf(api, params.id, configuration.publishedVersion), groupsOf(api)])
    : [null, []];
  return { version, versions: configuration.items, live, groups };
};

async function liveOf(api: Client, id: string, version: number | null): Promise<VersionDetail | null> {
  return version === null ? null : api('getVersion', { params: { id, version } });
}

/** To choose from, the first by name: whose builds a text is checked against. */
async function groupsOf(api: Client) {
  const { items } = await api('listGroups', { query: { limit: 100 } });
  return items.map(({ id, name, members }) => ({ id, name, members }));
}
