import type { ProjectionListRow, ProjectionRequest, Queries } from '@ampora/projections/queries';
import { ApiError, notFound } from '../problem/api-error.ts';
import { mutable } from '../reading/mutable.ts';
import type { Handlers } from '../routing/handlers.ts';

/** Asks whichever process holds a projection to do something to it. */
export interface ProjectionControl {
  request(
    name: string,
    version: number,
    request: ProjectionRequest,
    options?: { slot?: 'live' | 'shadow'; hold?: boolean; share?: number },
  ): Promise<void>;
}

type ProjectionOperations = Pick<
  Handlers,
  | 'listProjections'
  | 'rebuildProjection'
  | 'pauseProjection'
  | 'resumeProjection'
  | 'cancelProjection'
  | 'compareProjection'
  | 'switchProjection'
  | 'retireProjection'
  | 'retryProjection'
>;

interface Target {
  readonly version?: number | undefined;
  readonly slot?: 'live' | 'rebuild' | undefined;
}

export function projectionHandlers(queries: Queries, control: ProjectionControl): ProjectionOperations {
  const list = async () => ({ items: mutable([...(await queries.listProjections())]), next: null });

  const ask =
    (action: ProjectionRequest) =>
    async ({ params, body }: { params: { name: string }; body: Target | undefined }) => {
      const row = targetOf(await queries.listProjections(), params.name, action, body ?? {});
      await control.request(row.name, row.version, action, {
        slot: row.slot === 'rebuild' ? 'shadow' : 'live',
      });
      return list();
    };

  return {
    listProjections: list,
    async rebuildProjection({ params, body = {} }) {
      const rows = await queries.listProjections();
      const ofName = rows.filter(({ name }) => name === params.name);
      const wanted = ofName.filter(({ version }) => body.version === undefined || version === body.version);
      const isBusy = wanted.some(({ slot, state }) => slot === 'rebuild' || state === 'building');
      if (isBusy && !wanted.some(({ actions }) => actions.includes('rebuild'))) {
        throw new ApiError(
          409,
          'projection/already-building',
          `“${params.name}” is being built already. Cancel that first to begin anew.`,
        );
      }
      const { name, version } = targetOf(rows, params.name, 'rebuild', { version: body.version });
      await control.request(name, version, 'rebuild', {
        ...(body.hold === undefined ? {} : { hold: body.hold }),
        ...(body.share === undefined ? {} : { share: body.share }),
      });
      return list();
    },
    pauseProjection: ask('pause'),
    resumeProjection: ask('resume'),
    cancelProjection: ask('cancel'),
    compareProjection: ask('compare'),
    switchProjection: ask('switch'),
    retireProjection: ask('retire'),
    retryProjection: ask('retry'),
  };
}

/** The row that is meant: of those that allow the action the one that serves, else the newest. */
function targetOf(
  rows: readonly ProjectionListRow[],
  name: string,
  action: ProjectionRequest,
  { version, slot }: Target,
): ProjectionListRow {
  const meant = rows.filter(
    (row) =>
      row.name === name &&
      (version === undefined || row.version === version) &&
      (slot === undefined || row.slot === slot),
  );
  if (meant.length === 0) {
    const which = `${version === undefined ? '' : ` v${version}`}${slot === 'rebuild' ? ' being rebuilt' : ''}`;
    throw notFound('projection/not-found', `There is no read model “${name}”${which}.`);
  }
  const able = meant.filter(({ actions }) => actions.includes(action));
  // To retire is to give up the oldest; everything else is meant for what was made last.
  const newest = able.toSorted((left, right) => right.version - left.version);
  const target =
    able.find(({ state }) => action === 'rebuild' && state === 'serving') ??
    (action === 'retire' ? newest.at(-1) : newest[0]);
  if (target) return target;
  throw new ApiError(409, 'projection/not-allowed', explain(meant, action), {
    details: {
      rows: meant.map((row) => ({
        version: row.version,
        slot: row.slot,
        state: row.state,
        actions: [...row.actions],
      })),
    },
  });
}

function explain(rows: readonly ProjectionListRow[], action: ProjectionRequest): string {
  const standing = rows.map(({ name, version, slot, state, paused, actions }) => {
    const what = `${name} v${version}${slot === 'rebuild' ? ' (rebuild)' : ''} is ${state}${paused ? ' and paused' : ''}`;
    return `${what}${actions.length === 0 ? '' : `, which allows ${actions.join(', ')}`}`;
  });
  const why =
    action === 'retire' && rows.some(({ state }) => state === 'serving')
      ? ' What serves cannot be retired: switch to another version first.'
      : '';
  return `This does not allow “${action}”: ${standing.join('; ')}.${why}`;
}
