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

export const logScavenged = defineEvent({
  type: 'LogScavenged',
  version: 1,
  summary: 'The data of superseded agent reports is to be taken out of the log; their places and hashes stay',
  schema: z.object({
    tenant: z.string(),
    scavengeAfterDays: z.int().positive(),
    /** Reports recorded before this time, in Unix milliseconds … */
    recordedBeforeMs: z.int(),
    /** … of these types, up to this position, which a signed root covers … */
    types: z.array(z.string()),
    sealedPosition: z.string(),
    /** … and followed by a newer one of the same agent up to this position. */
    decidedPosition: z.string(),
    /** How many those are. */
    eligible: z.int().positive(),
  }),
});

export const logScavengeFinished = defineEvent({
  type: 'LogScavengeFinished',
  version: 1,
  summary: 'What was decided to be taken out of the log is gone',
  schema: z.object({ tenant: z.string(), decisionId: z.uuid(), scavenged: z.int().nonnegative() }),
});

export const auditEvents = [
  auditRetentionSwept,
  auditArchiveRead,
  logScavenged,
  logScavengeFinished,
] as const;

export type AuditEvent = EventOf<(typeof auditEvents)[number]>;
