import { type GroupEvent, streamOf } from '@ampora/catalogue';
import {
  type GroupChanges,
  groupDecider,
  type GroupDetails,
  type GroupState,
  groupNotFound,
  type KnownGroup,
} from '@ampora/domain';
import { fold, isRejection, type Position } from '@ampora/kernel';
import type { CommandContext } from '../configuration/configuration-commands.ts';
import { handleCommand } from '../event-writing/command-handler.ts';
import { keyOf } from '../event-writing/command-id.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import { uuidFrom } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';
import { createGroupNames, sameGroupName } from './group-names.ts';

export interface GroupCommandsOptions {
  readonly log: EventLog;
  /** Throws a Rejection when a selector cannot be used. Absent: any text is taken. */
  readonly checkSelector?: ((selector: string) => void) | undefined;
  readonly nowMs?: (() => number) | undefined;
}

export type GroupCommands = ReturnType<typeof createGroupCommands>;

export interface NewGroup extends GroupDetails {
  readonly mode: 'static' | 'dynamic';
  readonly selector: string | null;
}

/** The acts on groups themselves; who is in them is `createMembershipCommands`. */
export function createGroupCommands({ log, checkSelector, nowMs }: GroupCommandsOptions) {
  const names = createGroupNames(log, nowMs);
  const load = async (groupId: string): Promise<KnownGroup> => {
    const state: GroupState = fold(
      groupDecider,
      typedEvents<GroupEvent>(await log.readStream(streamOf.group(groupId))),
    );
    if (state.status === 'missing') throw groupNotFound(groupId);
    return state;
  };
  const toAnswer = ({ position, state }: { position: Position; state: GroupState }, groupId: string) => ({
    position,
    groupId,
    revision: state.status === 'missing' ? 0 : state.revision,
  });

  /** Takes a name, acts, and gives the name back when the act is refused. */
  const under = async <Result>(
    wish: { groupId: string; name: string },
    context: CommandContext,
    act: () => Promise<Result>,
  ): Promise<Result> => {
    const isNew = await names.reserve(wish, context);
    try {
      return await act();
    } catch (error) {
      if (isNew && isRejection(error)) await names.release(wish, context);
      throw error;
    }
  };

  return {
    /** Names are unique per tenant, ignoring case. Rejects with `group/name-taken`. */
    async create(input: NewGroup, context: CommandContext) {
      const groupId = uuidFrom(`group:${context.metadata.tenant}:${keyOf(context.commandId)}`);
      if (input.selector !== null) checkSelector?.(input.selector);
      const created = await under({ groupId, name: input.name }, context, () =>
        handleCommand(log, groupDecider, {
          ...context,
          streamId: streamOf.group(groupId),
          command: { type: 'create-group', groupId, ...input },
        }),
      );
      return toAnswer(created, groupId);
    },

    async edit(
      input: { groupId: string; revision: number | undefined; changes: GroupChanges },
      context: CommandContext,
    ) {
      const { groupId, revision, changes } = input;
      const before = await load(groupId);
      if (typeof changes.selector === 'string') checkSelector?.(changes.selector);
      const act = () =>
        handleCommand(log, groupDecider, {
          ...context,
          streamId: streamOf.group(groupId),
          command: { type: 'edit-group', groupId, revision, changes },
        });
      const { name } = changes;
      if (name === undefined || sameGroupName(name, before.name)) return toAnswer(await act(), groupId);
      const edited = await under({ groupId, name }, context, act);
      await names.release({ groupId, name: before.name }, context);
      return toAnswer(edited, groupId);
    },

    /** Its name is free from here on. Members leave by and by; being in it counts for nothing at once. */
    async remove(input: { groupId: string; revision: number | undefined }, context: CommandContext) {
      const { groupId, revision } = input;
      const { name } = await load(groupId);
      const deleted = await handleCommand(log, groupDecider, {
        ...context,
        streamId: streamOf.group(groupId),
        command: { type: 'delete-group', groupId, revision },
      });
      await names.release({ groupId, name }, context);
      return toAnswer(deleted, groupId);
    },

    /** Nobody joins by it. Rejects with `group/name-taken` when another group has its name by now. */
    async restore(input: { groupId: string; name?: string | undefined }, context: CommandContext) {
      const { groupId } = input;
      const before = await load(groupId);
      const deleted = (await log.readStream(streamOf.group(groupId))).findLast(
        ({ type }) => type === 'GroupDeleted',
      );
      const name = input.name ?? before.name;
      const act = () =>
        handleCommand(log, groupDecider, {
          ...context,
          streamId: streamOf.group(groupId),
          command: { type: 'restore-group', groupId, name },
        });
      // Nothing to restore: its name is its own, whatever name was given.
      const restored =
        before.status === 'living' ? await act() : await under({ groupId, name }, context, act);
      return {
        ...toAnswer(restored, groupId),
        name: before.status === 'living' ? before.name : name,
        /** Of the event that had deleted it; null when it never was. */
        deletedPosition: deleted?.position ?? null,
      };
    },
  };
}
