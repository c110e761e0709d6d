import { timelineKinds } from '@ampora/api-contract';
import { loadApi } from '#lib/api/api.ts';
import { stale } from '#lib/live/changes.ts';
import { atQuery } from '#lib/time/moment.ts';
import { toSection } from './sections.ts';
import type { PageLoad } from './$types';

const drawnEvents = 200;

/** The agent as it was at the moment, its whole life for the drawing, and what the chosen section shows. */
export const load: PageLoad = async ({ fetch, url, params, depends }) => {
  depends(stale.agent(params.id));
  const api = loadApi(fetch);
  const section = toSection(url.searchParams.get('tab'));
  const kinds = (url.searchParams.get('kind') ?? '').split(',');
  const kind = timelineKinds.filter((candidate) => kinds.includes(candidate));
  const query = atQuery(url.searchParams);
  const of = { params: { id: params.id } };
  const [agent, life, events, running, comparison, components, history] = await Promise.all([
    api('getAgent', { ...of, query }),
    api('getAgentLife', { ...of, query: {} }),
    api('getAgentTimeline', { ...of, query: { limit: drawnEvents } }),
    section === 'configuration' ? api('getAgentEffectiveConfig', { ...of, query }) : null,
    section === 'configuration' ? api('compareAgentConfig', { ...of, query }) : null,
    section === 'components' ? api('getAgentComponents', { ...of, query }) : null,
    section === 'history'
      ? api('getAgentTimeline', {
          ...of,
          query: { ...query, ...(kind.length > 0 ? { kind } : {}), limit: 50 },
        })
      : null,
  ]);
  return { agent, life, events, section, kind, query, running, comparison, components, history };
};
