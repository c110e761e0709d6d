import type { ClientBase, Pool } from 'pg';
import type { ProjectionKey, ProjectionRequest, Slot } from './bookkeeping.ts';

export class UnknownProjection extends Error {
  override readonly name = 'UnknownProjection';
}

export interface RequestOptions {
  /** Which tables are meant: those that serve, or those of a rebuild. Default `live`. */
  readonly slot?: Slot;
  /** With `rebuild`: wait for `switch` when it has caught up. Default false. */
  readonly hold?: boolean;
  /** With `rebuild`: of the machine, at most. */
  readonly share?: number;
}

const statements: Record<Exclude<ProjectionRequest, 'rebuild'>, string> = {
  pause: 'paused = true',
  resume: 'paused = false',
  // A rebuild that is held switches by itself once it is not.
  switch: `held = false, request = case when slot = 'live' then 'switch' else request end`,
  cancel: `request = 'cancel'`,
  compare: `request = 'compare'`,
  retire: `request = 'retire'`,
  retry: `request = 'retry'`,
};

/** Leaves a request for the projector that holds the projection's lock. Throws UnknownProjection. */
export async function requestOf(
  client: Pool | ClientBase,
  { name, version }: Pick<ProjectionKey, 'name' | 'version'>,
  request: ProjectionRequest,
  { slot = 'live', hold = false, share = 1 }: RequestOptions,
): Promise<void> {
  const result =
    request === 'rebuild'
      ? await client.query(
          // The row of the rebuild is the request: nothing of it can be lost. A rebuild that runs goes on.
          `insert into read.projections (name, version, slot, state, tables, held, share)
           select name, version, 'shadow', 'building', tables, $3, $4 from read.projections
           where name = $1 and version = $2 and slot = 'live'
           on conflict (name, version, slot) do update set held = excluded.held, share = excluded.share`,
          [name, version, hold, share],
        )
      : await client.query(
          `update read.projections set ${statements[request]}, updated_at = now()
           where name = $1 and version = $2 and slot = $3`,
          [name, version, slot],
        );
  if (result.rowCount !== 1) {
    const which = slot === 'shadow' ? 'rebuild of ' : '';
    throw new UnknownProjection(
      `There is no ${which}projection ${name} v${version}. See \`ampora projections list\`.`,
    );
  }
}
