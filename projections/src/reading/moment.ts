import type { Position } from '@ampora/kernel';

/** What a read looks at: the present, or the state right after the event at `position`. */
export interface Moment {
  readonly live: boolean;
  /** Live: where the read models stand. */
  readonly position: Position;
  readonly atMs: number;
}

export class InvalidMoment extends Error {
  override readonly name = 'InvalidMoment';
}

/** It is stored, and the read models do not show it yet. */
export class MomentNotReached extends Error {
  override readonly name = 'MomentNotReached';

  constructor(position: Position) {
    super(`The read models have not reached position ${position} yet. Try again shortly.`);
  }
}

/** SQL for the rows of a temporal table as they were at a moment, under the alias `alias`. */
export function temporalSource(
  tables: { readonly current: string; readonly history: string },
  columns: readonly string[],
  moment: Moment,
  alias: string,
): { readonly sql: string; readonly bindings: readonly string[] } {
  if (moment.live) return { sql: `read.${tables.current} ${alias}`, bindings: [] };
  const list = columns.join(', ');
  const position = String(moment.position);
  return {
    sql: `(select ${list} from read.${tables.current} where from_position <= ?::bigint
      union all select ${list} from read.${tables.history} where int8range(from_position, to_position) @> ?::bigint) ${alias}`,
    bindings: [position, position],
  };
}
