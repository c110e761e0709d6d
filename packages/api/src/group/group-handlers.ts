import { mostMembersAtOnce } from '@ampora/api-contract';
import { checkSelector, type CommandContext, type Departures, type GroupCommands } from '@ampora/application';
import type { Logger } from '@ampora/platform';
import type { GroupListRow, Moment, Queries } from '@ampora/projections/queries';
import { ApiError, notFound } from '../problem/api-error.ts';
import { momentOf, page } from '../reading/moment-of.ts';
import { mutable } from '../reading/mutable.ts';
import type { Handlers } from '../routing/handlers.ts';

type GroupOperations = Pick<
  Handlers,
  'listGroups' | 'getGroup' | 'createGroup' | 'editGroup' | 'deleteGroup' | 'restoreGroup'
>;

export interface GroupHandlersOptions {
  readonly queries: Queries;
  readonly groups: GroupCommands;
  readonly departures: Departures;
  readonly logger: Logger;
}

/** How long an answer waits for the read models, which know who was in a group. */
const patienceMs = 10_000;

export function groupHandlers({
  queries,
  groups,
  departures,
  logger,
}: GroupHandlersOptions): GroupOperations {
  const find = async (id: string, moment: Moment): Promise<GroupListRow> => {
    const group = await queries.getGroup(id, moment);
    if (group) return group;
    throw notFound('group/not-found', `There is no group ${id}${moment.live ? '' : ' at that moment'}.`, {
      groupId: id,
    });
  };

  /** Not waited for: whoever was in the group is in none already. */
  const tellDepartures = async (position: bigint, { metadata }: CommandContext): Promise<void> => {
    try {
      await queries.waitFor(position, patienceMs);
      await departures.run();
    } catch (error) {
      const { correlationId } = metadata;
      logger.warn('Members of a deleted group have not all left it yet; this is done at the next start', {
        correlationId,
        error: String(error),
      });
    }
  };

  return {
    async listGroups({ query }) {
      const moment = await momentOf(queries, query);
      const { items, next } = await page(queries.listGroups(query, moment));
      return { items: items.map(toGroup), next };
    },

    getGroup: async ({ params, query }) => toGroup(await find(params.id, await momentOf(queries, query))),

    async createGroup({ body, command }) {
      const { position, groupId, revision } = await groups.create(body, command);
      return { position: String(position), id: groupId, revision };
    },

    async editGroup({ params, body, ifMatch, command }) {
      if (ifMatch === undefined)
        throw new ApiError(
          428,
          'request/if-match-required',
          'Editing a group wants If-Match with the revision that you saw.',
        );
      const { name, description, mode, selector, priority, autoApply } = body;
      const changes = {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        ...(mode === undefined ? {} : { mode }),
        ...(selector === undefined ? {} : { selector }),
        ...(priority === undefined ? {} : { priority }),
        ...(autoApply === undefined ? {} : { autoApply }),
      };
      const input = { groupId: params.id, revision: ifMatch, changes };
      const { position, revision } = await groups.edit(input, command);
      return { position: String(position), id: params.id, revision };
    },

    async deleteGroup({ params, ifMatch, command }) {
      const input = { groupId: params.id, revision: ifMatch };
      const { position, revision } = await groups.remove(input, command);
      void tellDepartures(position, command);
      return { position: String(position), id: params.id, revision };
    },

    async restoreGroup({ params, body, command }) {
      const restored = await groups.restore({ groupId: params.id, name: body.name }, command);
      const { position, revision, name, deletedPosition } = restored;
      await queries.waitFor(position, patienceMs);
      const former =
        deletedPosition === null
          ? { count: 0, free: [], elsewhere: 0 }
          : await queries.formerMembers(params.id, deletedPosition, mostMembersAtOnce);
      return mutable({
        position: String(position),
        id: params.id,
        revision,
        name,
        formerMembers: former,
      });
    },
  };
}

function toGroup(row: GroupListRow) {
  const problems = row.mode === 'dynamic' ? checkSelector(row.selector ?? '').problems : [];
  const error = problems.find(({ severity }) => severity === 'error');
  return mutable({ ...row, selectorProblem: error?.message ?? null });
}
