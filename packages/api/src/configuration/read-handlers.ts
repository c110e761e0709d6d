import type { Moment, Queries } from '@ampora/projections/queries';
import { compareTexts } from '../agent/compare-texts.ts';
import { notFound } from '../problem/api-error.ts';
import { momentOf, page } from '../reading/moment-of.ts';
import { mutable } from '../reading/mutable.ts';
import type { Handlers } from '../routing/handlers.ts';

type ConfigurationReads = Pick<
  Handlers,
  'listConfigurations' | 'getConfiguration' | 'getVersion' | 'compareVersions' | 'listAssignments'
>;

export function configurationReads(queries: Queries): ConfigurationReads {
  const versionOf = async (id: string, version: number, moment: Moment) => {
    const found = await queries.getVersion(id, version, moment);
    if (!found)
      throw notFound(
        'configuration/version-not-found',
        `There is no version ${version} of configuration ${id}.`,
        { configurationId: id, version },
      );
    return found;
  };
  return {
    async listConfigurations({ query }) {
      const moment = await momentOf(queries, query);
      return mutable(await page(queries.listConfigurations(query, moment)));
    },

    async getConfiguration({ params, query }) {
      const found = await queries.getConfiguration(params.id, await momentOf(queries, query));
      if (!found)
        throw notFound('configuration/not-found', `There is no configuration ${params.id}.`, {
          configurationId: params.id,
        });
      return mutable(found);
    },

    /** Authors need their own text as it is; it was typed here, not reported by an agent. */
    getVersion: async ({ params, query }) =>
      mutable(await versionOf(params.id, params.version, await momentOf(queries, query))),

    async compareVersions({ params, query }) {
      const moment = await momentOf(queries, query);
      const [from, to] = await Promise.all([
        versionOf(params.id, query.from, moment),
        versionOf(params.id, query.to, moment),
      ]);
      return compareTexts(from.body, to.body);
    },

    async listAssignments({ query }) {
      const moment = await momentOf(queries, query);
      return mutable(await page(queries.listAssignments(query, moment)));
    },
  };
}
