import { z } from 'zod';
import { assignBody, unassignBody } from './assignment.ts';
import { bulkBody } from './bulk.ts';
import {
  createGroupBody,
  editGroupBody,
  labelsBody,
  membersBody,
  moveAgentBody,
  restoreGroupBody,
} from './group.ts';

const groupId = z.uuid();

/** A change to be planned: what the write of this kind takes, with what its path names beside. */
export const plannedChange = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('publish'),
    configurationId: z.uuid(),
    version: z.int().positive().optional(),
    /** A text that is not stored yet, instead of a version. */
    body: z.string().optional(),
  }),
  z.object({ kind: z.literal('assign'), ...assignBody.shape }),
  z.object({ kind: z.literal('unassign'), ...unassignBody.shape }),
  z.object({ kind: z.literal('create-group'), ...createGroupBody.shape }),
  z.object({ kind: z.literal('edit-group'), groupId, ...editGroupBody.shape }),
  z.object({ kind: z.literal('delete-group'), groupId }),
  z.object({ kind: z.literal('restore-group'), groupId, name: restoreGroupBody.unwrap().shape.name }),
  z.object({ kind: z.literal('add-members'), groupId, ...membersBody.shape }),
  z.object({ kind: z.literal('remove-members'), groupId, ...membersBody.shape }),
  z.object({ kind: z.literal('move'), agentId: z.uuid(), ...moveAgentBody.shape }),
  z.object({ kind: z.literal('labels'), agentId: z.uuid(), ...labelsBody.shape }),
  z.object({ kind: z.literal('bulk'), bulk: bulkBody }),
]);
export type PlannedChange = z.output<typeof plannedChange>;

export const planBody = z.object({ change: plannedChange });
