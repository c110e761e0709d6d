import { eventTypeFilter, excludeSystemEvents, type Filter, streamNameFilter } from '@eventstore/db-client';
import type { EventFilter } from '@ampora/application/ports';

export type CheckpointReached = NonNullable<Filter['checkpointReached']>;

/** Whether an event passes the port's filter: absent lists match all, empty ones nothing. */
export function matchesFilter(
  filter: EventFilter | undefined,
  event: { readonly streamId: string; readonly type: string },
): boolean {
  const { streamPrefixes, types } = filter ?? {};
  if (types && !types.includes(event.type)) return false;
  return !streamPrefixes || streamPrefixes.some((prefix) => event.streamId.startsWith(prefix));
}

/**
 * What the server is asked to leave out. It filters by streams or by types, not both, and by prefixes only: what
 * arrives is judged by {@link matchesFilter} again.
 */
export function serverFilter(filter: EventFilter | undefined, checkpointReached: CheckpointReached): Filter {
  const options = { checkpointInterval: 1, checkpointReached };
  if (filter?.streamPrefixes?.length)
    return streamNameFilter({ ...options, prefixes: [...filter.streamPrefixes] });
  if (filter?.types?.length) return eventTypeFilter({ ...options, prefixes: [...filter.types] });
  return excludeSystemEvents(options);
}
