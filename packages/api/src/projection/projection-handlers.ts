import type { Queries } from '@ampora/projections/queries';
import { ApiError, notFound } from '../problem/api-error.ts';
import { mutable } from '../reading/mutable.ts';
import type { Handlers } from '../routing/handlers.ts';

/** Asks whichever process holds a projection to do something to it. */
export interface ProjectionControl {
  rebuild(name: string, version: number): Promise<void>;
}

type ProjectionOperations = Pick<Handlers, 'listProjections' | 'rebuildProjection'>;

export function projectionHandlers(queries: Queries, control: ProjectionControl): ProjectionOperations {
  const list = async () => ({ items: mutable([...(await queries.listProjections())]), next: null });
  return {
    listProjections: list,
    async rebuildProjection({ params }) {
      const versions = (await queries.listProjections()).filter((row) => row.name === params.name);
      const serving = versions.find(
        (row) => row.state === 'serving' || row.state === 'failed' || row.state === 'caught-up',
      );
      if (!serving)
        throw notFound(
          'projection/not-found',
          `There is no read model “${params.name}” that can be rebuilt.`,
        );
      if (versions.some((row) => row.state === 'building')) {
        throw new ApiError(409, 'projection/already-building', `“${params.name}” is being built already.`);
      }
      await control.rebuild(serving.name, serving.version);
      return list();
    },
  };
}
