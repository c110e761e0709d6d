import type { AnswerOf } from '@ampora/api-contract';
import { createApi, loadApi } from '#lib/api/api.ts';
import { toTrouble, type Trouble } from '#lib/api/trouble.ts';
import { momentOf } from '#lib/time/moment.ts';
import type { PageLoad } from './$types';

/** What can be answered about the moments, or why not: the agent's life stays on the page to choose others. */
export type Answer =
  | { readonly found: AnswerOf<'bisectAgent'>; readonly trouble: null }
  | { readonly found: null; readonly trouble: Trouble };

export const load: PageLoad = async ({ fetch, url, params }) => {
  const api = loadApi(fetch);
  const of = { params: { id: params.id } };
  const chosen = (name: string) => {
    const moment = momentOf({ get: () => url.searchParams.get(name) });
    return moment.kind === 'now' ? undefined : moment.kind === 'position' ? moment.position : moment.time;
  };
  const [good, bad] = [chosen('good'), chosen('bad')];
  const [agent, life, answer] = await Promise.all([
    api('getAgent', { ...of, query: {} }),
    api('getAgentLife', { ...of, query: {} }),
    createApi(fetch)('bisectAgent', {
      ...of,
      query: { ...(good === undefined ? {} : { good }), ...(bad === undefined ? {} : { bad }) },
    }).then(
      (found): Answer => ({ found, trouble: null }),
      (cause: unknown): Answer => ({ found: null, trouble: toTrouble(cause) }),
    ),
  ]);
  return {
    agent,
    life,
    answer,
    asked: { good: good ?? null, bad: bad ?? null },
    chosen: good !== undefined || bad !== undefined,
  };
};
