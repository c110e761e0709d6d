import { createHash } from 'node:crypto';
import { type GroupEvent, type GroupNameEvent, streamOf } from '@ampora/catalogue';
import { groupDecider } from '@ampora/domain';
import { fold, type RecordedEvent, Rejection } from '@ampora/kernel';
import type { CommandContext } from '../configuration/configuration-commands.ts';
import { TooMuchContention } from '../event-writing/command-handler.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import { idsOf, stampEvents, uuidFrom } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';

/** How long a taken name is kept for a group that does not bear it yet: whoever took it has ended by then, one way or another. */
const pendingMs = 60_000;
const ATTEMPTS = 5;

interface Wish {
  readonly groupId: string;
  readonly name: string;
}

export interface GroupNames {
  /** True when it was taken now, false when it was the group's already. Rejects with `group/name-taken`. */
  reserve(wish: Wish, context: CommandContext): Promise<boolean>;
  release(wish: Wish, context: CommandContext): Promise<void>;
}

export function sameGroupName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Group names, unique in a tenant ignoring case: a stream for each says whose it is (adr/0024). */
export function createGroupNames(log: EventLog, nowMs: () => number = Date.now): GroupNames {
  const streamFor = (name: string, tenant: string) =>
    streamOf.groupName(createHash('sha256').update(`${tenant}\n${name.toLowerCase()}`).digest('hex'));

  /** Whether the group bears the name, or is about to. */
  const isHeld = async (last: RecordedEvent, holder: Wish): Promise<boolean> => {
    const group = fold(
      groupDecider,
      typedEvents<GroupEvent>(await log.readStream(streamOf.group(holder.groupId))),
    );
    if (group.status === 'living' && sameGroupName(group.name, holder.name)) return true;
    return nowMs() - last.recordedAtMs < pendingMs;
  };

  return {
    async reserve({ groupId, name }, context) {
      const streamId = streamFor(name, context.metadata.tenant);
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const [last] = await log.readStream(streamId, { direction: 'backwards', maxCount: 1 });
        const [event] = typedEvents<GroupNameEvent>(last ? [last] : []);
        const holder = event?.type === 'GroupNameReserved' ? event.data : undefined;
        if (holder?.groupId === groupId) return false;
        if (last && holder && (await isHeld(last, holder)))
          throw new Rejection('group/name-taken', `There is a group named “${holder.name}” already.`, {
            name,
            groupId: holder.groupId,
          });
        const reserved: GroupNameEvent = { type: 'GroupNameReserved', data: { groupId, name } };
        const ids = idsOf(uuidFrom(`${context.commandId}:${last?.revision ?? -1}`), streamId);
        const [result] = await log.append([
          {
            streamId,
            expectedRevision: last?.revision ?? 'no-stream',
            events: stampEvents([reserved], { ...context.metadata, causationId: context.commandId }, ids),
          },
        ]);
        if (result?.outcome === 'appended') return true;
      }
      throw new TooMuchContention(`The name “${name}” is being taken by many at once. Try again.`);
    },

    async release({ groupId, name }, context) {
      const streamId = streamFor(name, context.metadata.tenant);
      const [last] = await log.readStream(streamId, { direction: 'backwards', maxCount: 1 });
      const [event] = typedEvents<GroupNameEvent>(last ? [last] : []);
      if (!last || event?.type !== 'GroupNameReserved' || event.data.groupId !== groupId) return;
      const released: GroupNameEvent = { type: 'GroupNameReleased', data: { groupId, name } };
      const metadata = { ...context.metadata, causationId: context.commandId };
      // Another writer was faster: then it is theirs, or free, already.
      await log.append([
        {
          streamId,
          expectedRevision: last.revision,
          events: stampEvents([released], metadata),
        },
      ]);
    },
  };
}
