import { mostMembersAtOnce } from '@ampora/api-contract';
import type { MembershipCommands, Placed } from '@ampora/application';
import type { Queries } from '@ampora/projections/queries';
import { ApiError, notFound } from '../problem/api-error.ts';
import type { Handlers } from '../routing/handlers.ts';

type MembershipOperations = Pick<
  Handlers,
  'addGroupMembers' | 'removeGroupMembers' | 'moveAgent' | 'setAgentLabels'
>;

export interface MembershipHandlersOptions {
  readonly queries: Queries;
  readonly memberships: MembershipCommands;
}

const takenBack = (name: string) =>
  `Group “${name}” is dynamic: agents that its selector still matches are taken back within half a minute.`;

export function membershipHandlers({
  queries,
  memberships,
}: MembershipHandlersOptions): MembershipOperations {
  const few = (agentIds: readonly string[]) => {
    if (agentIds.length > mostMembersAtOnce)
      throw new ApiError(
        422,
        'group/too-many-members',
        `One request may move ${mostMembersAtOnce} agents; this one names ${agentIds.length}. Send them in parts.`,
        { details: { count: agentIds.length, most: mostMembersAtOnce } },
      );
    return agentIds;
  };
  const toAnswer = ({ position, changed, unchanged, contended }: Placed, note: string | null) => ({
    position: String(position),
    changed: changed.length,
    unchanged: unchanged.length,
    contended: [...contended],
    note,
  });
  /** What becomes of those who leave a group. */
  const noteOf = async (groupId: string | null): Promise<string | null> => {
    const group =
      groupId === null ? undefined : await queries.getGroup(groupId, await queries.resolveMoment());
    return group?.mode === 'dynamic' && group.deletedAt === null ? takenBack(group.name) : null;
  };

  return {
    async addGroupMembers({ params, body, command }) {
      const agentIds = few(body.agentIds);
      const placed = await memberships.join({ groupId: params.id, agentIds, reason: 'manual' }, command);
      return toAnswer(placed, null);
    },

    async removeGroupMembers({ params, body, command }) {
      const agentIds = few(body.agentIds);
      if (!(await memberships.exists(params.id)))
        throw notFound('group/not-found', 'There is no such group.', { groupId: params.id });
      const placed = await memberships.leave({ groupId: params.id, agentIds, reason: 'manual' }, command);
      return toAnswer(placed, placed.changed.length > 0 ? await noteOf(params.id) : null);
    },

    async moveAgent({ params, body, command }) {
      const agentIds = [params.id];
      const { groupId } = body;
      if (groupId !== null)
        return toAnswer(await memberships.join({ groupId, agentIds, reason: 'manual' }, command), null);
      const left = await memberships.groupOf(params.id);
      const placed = await memberships.leave({ groupId: null, agentIds, reason: 'manual' }, command);
      return toAnswer(placed, placed.changed.length > 0 ? await noteOf(left) : null);
    },

    async setAgentLabels({ params, body, command }) {
      const { labels } = body;
      const { position } = await memberships.setLabels({ agentId: params.id, labels }, command);
      return { position: String(position) };
    },
  };
}
