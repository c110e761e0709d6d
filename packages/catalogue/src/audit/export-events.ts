import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

export const auditExported = defineEvent({
  type: 'AuditExported',
  version: 1,
  summary: 'Somebody began to export events',
  schema: z.object({
    format: z.enum(['jsonl', 'csv', 'parquet', 'proofs']),
    withProofs: z.boolean(),
    /** What was asked for; empty when everything was. */
    filter: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
    /** Leaves of the root that the export ends at. */
    treeSize: z.int().nonnegative(),
    /** The events looked at: from this one, not 0 when an earlier export goes on, up to but not including `toSequence`. */
    fromSequence: z.int().nonnegative(),
    toSequence: z.int().nonnegative(),
  }),
});

export const exportEvents = [auditExported] as const;

export type ExportEvent = EventOf<(typeof exportEvents)[number]>;
