import { type Client, timelineKinds } from '@ampora/api-contract';
import { atQuery } from '#lib/time/moment.ts';
import { toSection } from './sections.ts';

const drawnEvents = 200;

/** An agent at the moment that the page looks at. */
export async function loadKnown(api: Client, id: string, search: URLSearchParams) {
  const section = toSection(search.get('tab'));
  const kinds = (search.get('kind') ?? '').split(',');
  const kind = timelineKinds.filter((candidate) => kinds.includes(candidate));
  const query = atQuery(search);
  const of = { params: { id } };
  const [agent, life, events, explanation, running, comparison, components, history] = await Promise.all([
    api('getAgent', { ...of, query }),
    api('getAgentLife', { ...of, query: {} }),
    api('getAgentTimeline', { ...of, query: { limit: drawnEvents } }),
    section === 'overview' ? api('explainAgent', { ...of, query }) : null,
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
  return { agent, life, events, explanation, section, kind, query, running, comparison, components, history };
}

/** When an agent that is known now came. */
export async function loadEnrolment(api: Client, id: string) {
  const of = { params: { id }, query: {} };
  const [agent, life] = await Promise.all([api('getAgent', of), api('getAgentLife', of)]);
  return {
    id,
    displayName: agent.displayName,
    enrolledAt: agent.enrolledAt,
    /** The first moment at which there is something to see. */
    firstMoment: life.intervals[0]?.position ?? agent.enrolledAt,
  };
}

export type KnownAgent = Awaited<ReturnType<typeof loadKnown>>;
export type Enrolment = Awaited<ReturnType<typeof loadEnrolment>>;
