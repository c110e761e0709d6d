import type { UsersOf } from '@ampora/application';
import { MomentNotReached, type Queries } from '@ampora/projections/queries';
import { ApiError } from '../problem/api-error.ts';

/** Who uses a configuration, as the read models tell once they have caught up with the log; a refusal until then. */
export function usersOf(queries: Queries): UsersOf {
  return async (configurationId, version, position) => {
    try {
      return await queries.configurationUsers(configurationId, version, position);
    } catch (error) {
      if (!(error instanceof MomentNotReached)) throw error;
      throw new ApiError(
        503,
        'read/not-visible-yet',
        'Whether this is in use cannot be told while the read models are behind the log. Try again shortly.',
        { headers: { 'retry-after': '2' } },
      );
    }
  };
}
