import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

/** Stands alone in `bulk-<command id>`; what comes of it for each agent names it as its cause. */
export const bulkActionPerformed = defineEvent({
  type: 'BulkActionPerformed',
  version: 1,
  summary: 'Somebody did one thing to many agents',
  schema: z.object({
    action: z.enum(['move', 'label', 'force-push', 'drain', 'assign', 'unassign']),
    agentIds: z.array(z.uuid()),
    /** The group they were moved to; null: out of the one that each was in. */
    groupId: z.uuid().nullable().optional(),
    /** Labels that were set and taken away. */
    set: z.record(z.string(), z.string()).optional(),
    removed: z.array(z.string()).optional(),
    /** The version they were assigned. */
    configurationId: z.uuid().optional(),
    version: z.int().positive().optional(),
  }),
});

export const bulkEvents = [bulkActionPerformed] as const;
export type BulkEvent = EventOf<(typeof bulkEvents)[number]>;
