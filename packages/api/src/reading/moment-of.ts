import {
  InvalidCursor,
  InvalidMoment,
  type Moment,
  MomentNotReached,
  type Queries,
} from '@ampora/projections/queries';
import { ApiError } from '../problem/api-error.ts';

/** What `?at=` names, or a clear refusal. */
export async function momentOf(
  queries: Queries,
  query: { readonly at?: string | undefined },
): Promise<Moment> {
  try {
    return await queries.resolveMoment(query.at);
  } catch (error) {
    if (error instanceof InvalidMoment) throw new ApiError(400, 'read/invalid-moment', error.message);
    if (error instanceof MomentNotReached)
      throw new ApiError(504, 'read/not-visible-yet', error.message, { headers: { 'retry-after': '1' } });
    throw error;
  }
}

/** A cursor that is not ours is the caller's mistake. */
export async function page<Answer>(read: Promise<Answer>): Promise<Answer> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof InvalidCursor) throw new ApiError(400, 'request/invalid-cursor', error.message);
    throw error;
  }
}
