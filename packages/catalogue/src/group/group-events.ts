import { z } from 'zod';
import { sha256Hex } from '../agent/shapes.ts';
import { defineEvent, type EventOf } from '../define-event.ts';

const groupId = z.uuid();
const mode = z.enum(['static', 'dynamic']);
/** Text of the expression that says who belongs to it; null for a static group. */
const selector = z.string().nullable();
const details = {
  name: z.string(),
  description: z.string(),
  /** Of several dynamic groups that match an agent, the one with the higher number has it. */
  priority: z.int(),
  /** Whether members are to run the group's configuration without anybody telling each of them. */
  autoApply: z.boolean(),
};

export const groupCreated = defineEvent({
  type: 'GroupCreated',
  version: 1,
  summary: 'A group was created, without any member yet',
  schema: z.object({ groupId, ...details, mode, selector }),
});

export const groupDetailsChanged = defineEvent({
  type: 'GroupDetailsChanged',
  version: 1,
  summary: 'A group was given another name, description, priority or way of applying its configuration',
  schema: z.object({ groupId, ...details }),
});

export const groupSelectorChanged = defineEvent({
  type: 'GroupSelectorChanged',
  version: 1,
  summary: 'Who belongs to a group is found in another way',
  schema: z.object({ groupId, mode, selector }),
});

export const groupConfigurationAssigned = defineEvent({
  type: 'GroupConfigurationAssigned',
  version: 1,
  summary: 'Every member of a group without an assignment of its own was told to run a published version',
  schema: z.object({
    groupId,
    configurationId: z.uuid(),
    version: z.int().positive(),
    contentHash: sha256Hex,
    configHash: sha256Hex,
  }),
});

export const groupConfigurationUnassigned = defineEvent({
  type: 'GroupConfigurationUnassigned',
  version: 1,
  summary: "The group's assignment was taken back; the fleet's applies to its members",
  schema: z.object({ groupId }),
});

export const groupDeleted = defineEvent({
  type: 'GroupDeleted',
  version: 1,
  summary: 'A group was deleted: from here on, being in it counts for nothing',
  schema: z.object({ groupId }),
});

export const groupRestored = defineEvent({
  type: 'GroupRestored',
  version: 1,
  summary: 'A deleted group is there again, without the members that it had',
  schema: z.object({ groupId, name: z.string() }),
});

/** Stands in `group-name-<hash>`: what makes a name unique in its tenant. */
export const groupNameReserved = defineEvent({
  type: 'GroupNameReserved',
  version: 1,
  summary: 'A group name was taken',
  schema: z.object({ groupId, name: z.string() }),
});

export const groupNameReleased = defineEvent({
  type: 'GroupNameReleased',
  version: 1,
  summary: 'A group name is free again',
  schema: z.object({ groupId, name: z.string() }),
});

export const groupEvents = [
  groupCreated,
  groupDetailsChanged,
  groupSelectorChanged,
  groupConfigurationAssigned,
  groupConfigurationUnassigned,
  groupDeleted,
  groupRestored,
] as const;
export type GroupEvent = EventOf<(typeof groupEvents)[number]>;

export const groupNameEvents = [groupNameReserved, groupNameReleased] as const;
export type GroupNameEvent = EventOf<(typeof groupNameEvents)[number]>;
