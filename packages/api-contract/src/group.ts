import { z } from 'zod';
import { versionRef } from './agent.ts';
import { pageOf, pageQuery, positionText, readQuery, timestamp, written } from './shared.ts';

/** Most agents that one request may move. */
export const mostMembersAtOnce = 10_000;

export const groupMode = z.enum(['static', 'dynamic']).meta({ id: 'GroupMode' });
export type GroupMode = z.output<typeof groupMode>;

export const groupRow = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    mode: groupMode,
    /** The expression that says who belongs to it; null for a static group. */
    selector: z.string().nullable(),
    /** Why the selector cannot be used: then nobody joins by it and nobody leaves. Null mostly. */
    selectorProblem: z.string().nullable(),
    /** Of several dynamic groups that match an agent, the one with the higher number has it. */
    priority: z.int(),
    /** Whether members run the group's configuration without anybody telling each of them. */
    autoApply: z.boolean(),
    members: z.int(),
    connected: z.int(),
    healthy: z.int(),
    inSync: z.int(),
    assigned: versionRef.nullable(),
    /** What agents see as config_hash. */
    assignedHash: z.string().nullable(),
    createdAt: timestamp,
    createdBy: z.string(),
    updatedAt: timestamp,
    deletedAt: timestamp.nullable(),
    /** For If-Match: edits so far. Assignments and moves of members do not count. */
    revision: z.int(),
    /** Position of the event that made the group what it is. */
    position: positionText,
  })
  .meta({ id: 'GroupRow' });
export type GroupRow = z.output<typeof groupRow>;

export const listGroupsQuery = z.object({
  ...readQuery,
  ...pageQuery,
  search: z.string().max(200).optional().meta({ description: 'Part of the name, ignoring case' }),
  mode: groupMode.optional(),
  deleted: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ description: 'Deleted groups instead of those that live' }),
});
export const groupPage = pageOf(groupRow).meta({ id: 'GroupPage' });

export const groupName = z.string().trim().min(1).max(120);
const description = z.string().max(2000);
/** Longest selector, in characters. */
export const selectorText = z.string().max(4_096);
const priority = z.int().min(-1_000_000).max(1_000_000);

export const createGroupBody = z.object({
  name: groupName,
  description: description.default(''),
  mode: groupMode.default('static'),
  selector: selectorText.nullable().default(null),
  priority: priority.default(0),
  autoApply: z.boolean().default(true),
});
/** What is left out stays as it is. */
export const editGroupBody = z.object({
  name: groupName.optional(),
  description: description.optional(),
  mode: groupMode.optional(),
  selector: selectorText.nullable().optional(),
  priority: priority.optional(),
  autoApply: z.boolean().optional(),
});
export const groupWritten = written.extend({ id: z.uuid(), revision: z.int() }).meta({ id: 'GroupWritten' });

export const restoreGroupBody = z
  .object({
    /** Another name, where somebody else has its old one by now. */
    name: groupName.optional(),
  })
  .default({});
export const groupRestored = groupWritten.extend({
  name: z.string(),
  /** Members when it was deleted. Nobody is put back silently: add those that should be, by `POST …/members`. */
  formerMembers: z.object({
    count: z.int(),
    /** Those that are in no group now; at most 10,000. */
    free: z.array(z.uuid()),
    elsewhere: z.int(),
  }),
});

export const membersBody = z.object({ agentIds: z.array(z.uuid()).min(1) });
export const membersWritten = written
  .extend({
    /** Agents that are elsewhere now than before. */
    changed: z.int(),
    /** Agents that were where they should be already. */
    unchanged: z.int(),
    /** Agents that somebody else moved again and again meanwhile: they are where that put them. */
    contended: z.array(z.uuid()),
    /** What will happen to the change by itself, such as a selector that takes agents back; null mostly. */
    note: z.string().nullable(),
  })
  .meta({ id: 'MembersWritten' });
export type MembersWritten = z.output<typeof membersWritten>;

export const moveAgentBody = z.object({ groupId: z.uuid().nullable() });

export const labelsBody = z.object({
  /** All labels that the server gives the agent: those left out are taken away. */
  labels: z.record(z.string(), z.string()),
});
