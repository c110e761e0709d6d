import type { EventFilter } from '@ampora/application/ports';
import type { JsonObject, RecordedEvent } from '@ampora/kernel';

export type Direction = 'forwards' | 'backwards';
export type RawRow = readonly (string | null)[];

/** In the order in which {@link toRecordedEvent} reads them. */
export const EVENT_COLUMNS =
  'e.position, e.stream_id, e.revision, e.event_id, e.type, e.schema_version, e.recorded_at_ms, e.data, e.metadata';

/** An event from a row whose columns start with {@link EVENT_COLUMNS}, all as text. */
export function toRecordedEvent(row: RawRow, at = 0): RecordedEvent {
  return {
    id: row[at + 3] as string,
    type: row[at + 4] as string,
    schemaVersion: Number(row[at + 5]),
    data: JSON.parse(row[at + 7] as string) as JsonObject,
    metadata: JSON.parse(row[at + 8] as string) as RecordedEvent['metadata'],
    streamId: row[at + 1] as string,
    revision: Number(row[at + 2]),
    position: BigInt(row[at] as string),
    recordedAtMs: Number(row[at + 6]),
  };
}

export interface WindowQuery {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * One page in log order, within a window of positions: positions are dense, so a window bounds what a query looks at
 * even when the filter matches nothing. Parameters: exclusive start, window's width, events and bytes at most, end
 * (inclusive). Each row starts with the head and ends with the event's size; one row with a head only says that
 * nothing matched.
 */
export function windowQuery(
  schema: string,
  direction: Direction,
  filter: EventFilter | undefined,
): WindowQuery {
  const values: unknown[] = [];
  const conditions: string[] = [];
  if (filter?.streamPrefixes) {
    values.push(filter.streamPrefixes);
    conditions.push(`and e.stream_id ^@ any ($${5 + values.length}::text[])`);
  }
  if (filter?.types) {
    values.push(filter.types);
    conditions.push(`and e.type = any ($${5 + values.length}::text[])`);
  }
  const forwards = direction === 'forwards';
  const window = forwards
    ? 'e.position > $1::bigint and e.position <= least(head.position, $5::bigint, $1::bigint + $2::bigint)'
    : 'e.position < $1::bigint and e.position >= greatest($5::bigint, $1::bigint - $2::bigint)';
  const order = `order by e.position ${forwards ? '' : 'desc'}`;
  const text = `
    with head as (select coalesce(max(position), 0) as position from ${schema}.events)
    select head.position as head, ${EVENT_COLUMNS}, e.size_bytes
      from head left join lateral (
        select * from (
          select e.*, sum(e.size_bytes) over (${order} rows unbounded preceding) - e.size_bytes as bytes_before
            from ${schema}.events e
           where ${window} ${conditions.join(' ')}
           ${order} limit $3::bigint
        ) e where e.bytes_before < $4::bigint
      ) e on true ${order}`;
  const shape = `${filter?.streamPrefixes ? 's' : ''}${filter?.types ? 't' : ''}`;
  return { name: `window-${direction}-${shape}`, text, values };
}
