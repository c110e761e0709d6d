import type { Moment, Queries } from '@ampora/projections/queries';
import { notFound } from '../problem/api-error.ts';
import { momentOf, page } from '../reading/moment-of.ts';
import { mutable } from '../reading/mutable.ts';
import type { Handlers } from '../routing/handlers.ts';
import { sizeWarning } from './require-text.ts';
import type { TextChecker } from './text-check/text-checker.ts';
import { toVersionOrTag, versionText } from './version-or-tag.ts';

type ConfigurationReads = Pick<
  Handlers,
  | 'listConfigurations'
  | 'getConfiguration'
  | 'listVersions'
  | 'getVersion'
  | 'compareVersions'
  | 'listAssignments'
>;

export interface ConfigurationReadsOptions {
  readonly queries: Queries;
  /** Largest text that agents can be sent, in bytes. */
  readonly maxBodyBytes: number;
  readonly checker: Pick<TextChecker, 'compare'>;
}

export function configurationReads({
  queries,
  maxBodyBytes,
  checker,
}: ConfigurationReadsOptions): ConfigurationReads {
  const warned = <Row extends { readonly sizeBytes: number }>(row: Row) => ({
    ...row,
    sizeWarning: sizeWarning(row.sizeBytes, maxBodyBytes),
  });
  const versionOf = async (id: string, version: number | string, moment: Moment) => {
    const found = await queries.getVersion(id, toVersionOrTag(version), moment);
    if (!found)
      throw notFound(
        'configuration/version-not-found',
        `There is no ${versionText(version)} of configuration ${id}.`,
        { configurationId: id, version },
      );
    return warned(found);
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
      return mutable({ ...found, items: found.items.map(warned) });
    },

    async listVersions({ params, query }) {
      const moment = await momentOf(queries, query);
      const found = await page(queries.listVersions(params.id, query, moment));
      if (!found)
        throw notFound('configuration/not-found', `There is no configuration ${params.id}.`, {
          configurationId: params.id,
        });
      return mutable({ ...found, items: found.items.map(warned) });
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
      return checker.compare({ kind: 'versions', left: from.body, right: to.body });
    },

    async listAssignments({ query }) {
      const moment = await momentOf(queries, query);
      return mutable(await page(queries.listAssignments(query, moment)));
    },
  };
}
