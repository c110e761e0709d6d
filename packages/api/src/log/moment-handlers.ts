import type { Queries } from '@ampora/projections/queries';
import { ApiError } from '../problem/api-error.ts';
import { momentOf } from '../reading/moment-of.ts';
import { mutable } from '../reading/mutable.ts';
import type { Handlers } from '../routing/handlers.ts';

export function momentHandlers(queries: Queries): Pick<Handlers, 'getLogActivity' | 'getMoment'> {
  return {
    async getLogActivity({ query }) {
      const { since, until, buckets, agentId } = query;
      const sinceMs = since === undefined ? undefined : Date.parse(since);
      const untilMs = until === undefined ? undefined : Date.parse(until);
      if (sinceMs !== undefined && untilMs !== undefined && untilMs < sinceMs)
        throw new ApiError(400, 'read/invalid-moment', '“until” lies before “since”.');
      return mutable(await queries.logActivity({ sinceMs, untilMs, buckets, agentId }));
    },
    getMoment: async ({ query }) => mutable(await queries.logMoment(await momentOf(queries, query))),
  };
}
