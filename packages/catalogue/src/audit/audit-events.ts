import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

export const auditRetentionSwept = defineEvent({
  type: 'AuditRetentionSwept',
  version: 1,
  summary: 'Old rows of the audit log were archived, and the oldest of the archive purged',
  schema: z.object({
    hotDays: z.int().positive(),
    archiveDays: z.int().positive(),
    /** Rows recorded before this time, in Unix milliseconds, belong to the archive. */
    hotBeforeMs: z.int(),
    /** Rows recorded before this time are gone. */
    archiveBeforeMs: z.int(),
    /** Rows that went from hot to archive, as the read model showed them when this was decided. */
    archived: z.int().nonnegative(),
    /** Rows that left the archive for good. */
    purged: z.int().nonnegative(),
  }),
});

export const auditArchiveRead = defineEvent({
  type: 'AuditArchiveRead',
  version: 1,
  summary: 'Somebody looked into the archive of the audit log',
  schema: z.object({
    /** What was asked for. The text that was searched for may name a person: of a signed-in reader it is sealed. */
    query: z.record(z.string(), z.string()),
  }),
});

export const auditEvents = [auditRetentionSwept, auditArchiveRead] as const;

export type AuditEvent = EventOf<(typeof auditEvents)[number]>;
