import type { Position } from '@ampora/kernel';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';

/** A value, and the event that gave it. */
export interface FieldValue {
  readonly value: unknown;
  readonly position: string;
  readonly at: string;
}

export interface FieldHistory {
  readonly current: FieldValue;
  /** What it was before; null when there was nothing before. */
  readonly previous: FieldValue | null;
}

/** A row of a temporal table, and what is asked of it. */
export interface FieldOfRow {
  readonly tables: { readonly current: string; readonly history: string };
  /** SQL that is true for the row. */
  readonly key: string;
  readonly bindings: readonly unknown[];
  /** SQL of the value, as `jsonb`. */
  readonly value: string;
}

interface Run {
  readonly value: unknown;
  readonly from_position: string;
  readonly from_at: Date;
  readonly to_position: string | null;
  readonly to_at: Date | null;
  /** When the row was taken away before it came to be again. */
  readonly gone_position: string | null;
  readonly gone_at: Date | null;
}

/**
 * The runs of equal value of one column of one row, the last two up to a position: one query over this row's own
 * states. `undefined` when the row had never been there by then.
 */
export async function fieldHistory(
  context: ReadContext,
  { tables, key, bindings, value }: FieldOfRow,
  upTo: Position,
): Promise<FieldHistory | undefined> {
  const position = String(upTo);
  const [last, before] = await select<Run>(
    context,
    `with states as (
       select ${value} as value, from_position, from_at, to_position, to_at
         from read.${tables.history} where ${key} and from_position <= ?::bigint
       union all select ${value}, from_position, from_at, null, null
         from read.${tables.current} where ${key} and from_position <= ?::bigint),
     marked as (select *, value is distinct from lag(value) over states
         or lag(to_position) over states is distinct from from_position as is_start,
         nullif(lag(to_position) over states, from_position) as gone_position, lag(to_at) over states as gone_at,
         last_value(to_position) over whole as ended, last_value(to_at) over whole as ended_at
       from states window states as (order by from_position),
         whole as (order by from_position rows between unbounded preceding and unbounded following))
     select value, from_position, from_at, ended as to_position, ended_at as to_at, gone_position, gone_at
     from marked
     where is_start order by from_position desc limit 2`,
    [...bindings, position, ...bindings, position],
  );
  if (!last) return undefined;
  const given: FieldValue = { value: last.value, position: last.from_position, at: toIso(last.from_at) };
  if (last.to_position !== null && BigInt(last.to_position) <= upTo) {
    // The row was taken away: nothing is what it is now.
    return {
      current: { value: null, position: last.to_position, at: toIso(last.to_at ?? last.from_at) },
      previous: given,
    };
  }
  if (last.gone_position !== null) {
    const gone = { value: null, position: last.gone_position, at: toIso(last.gone_at ?? last.from_at) };
    return { current: given, previous: gone };
  }
  if (!before) return { current: given, previous: null };
  return {
    current: given,
    previous: { value: before.value, position: before.from_position, at: toIso(before.from_at) },
  };
}
