import { loadApi } from '#lib/api/api.ts';
import { eventBefore, replacesBefore } from '#lib/event/before.ts';
import type { PageLoad } from './$types';

/** The event, what led to it and what it led to, and its neighbours in the log and in its stream. */
export const load: PageLoad = async ({ fetch, params }) => {
  const api = loadApi(fetch);
  const of = { params: { position: params.position } };
  const [event, causes, moment] = await Promise.all([
    api('getEvent', of),
    api('getEventCauses', of),
    api('getMoment', { query: { at: params.position } }),
  ]);
  const inStream = { stream: event.streamId, from: event.position, limit: 1 };
  const [earlier, later, before] = await Promise.all([
    api('listEvents', { query: { ...inStream, direction: 'backwards' } }),
    api('listEvents', { query: { ...inStream, direction: 'forwards' } }),
    replacesBefore(event.type) ? eventBefore(api, event) : null,
  ]);
  return {
    event,
    causes,
    before,
    log: { earlier: moment.previous, later: moment.next },
    stream: { earlier: earlier.items[0] ?? null, later: later.items[0] ?? null },
  };
};
