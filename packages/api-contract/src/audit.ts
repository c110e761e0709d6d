import { z } from 'zod';
import { pageOf, pageQuery, positionText, readQuery, timestamp } from './shared.ts';

const values = z
  .preprocess(
    (value) => (typeof value === 'string' ? value.split(',') : value),
    z.array(z.string().max(300)).max(50),
  )
  .optional();

/** One entry of the audit log: who did what to which thing, with its state before and after. */
export const auditEntry = z
  .object({
    position: positionText,
    eventId: z.uuid(),
    type: z.string(),
    timestamp,
    tenant: z.string(),
    /** `person:<id>`, `agent:<id>`, `loopback` or `system`. */
    actor: z.string(),
    /** The person's name; null for programs, and for a person who was forgotten. */
    actorName: z.string().nullable(),
    actorRole: z.string(),
    entityType: z.string(),
    entityId: z.string(),
    entityName: z.string(),
    action: z.string(),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    /** Null where there was none, and of a person who was forgotten. */
    sourceIp: z.string().nullable(),
    traceId: z.string().nullable(),
    correlationId: z.string(),
    additional: z.record(z.string(), z.unknown()),
    archived: z.boolean(),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.output<typeof auditEntry>;

export const listAuditEventsQuery = z.object({
  ...readQuery,
  ...pageQuery,
  actor: z.string().max(300).optional(),
  action: values,
  entityType: values,
  entityId: z.string().max(300).optional(),
  since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Recorded at or after this time' }),
  until: z.iso.datetime({ offset: true }).optional().meta({ description: 'Recorded before this time' }),
  text: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Anywhere in the name, before, after or additional' }),
  includeArchive: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Look into the archive as well. Needs the role Admin; its use is audited.' }),
});
export const auditPage = pageOf(auditEntry).meta({
  id: 'AuditPage',
  description:
    'A page may hold fewer entries than asked for, even none, while `next` leads on: each page looks at a bounded number of rows.',
});

const facetValues = z.array(z.object({ value: z.string(), count: z.int() }));
export const auditFacets = z
  .object({
    /** People and programs; agents are too many to list. */
    actors: z.array(z.object({ value: z.string(), name: z.string().nullable(), count: z.int() })),
    actions: facetValues,
    entityTypes: facetValues,
    /** A count that reached it says "this many or more". */
    countsUpTo: z.int(),
  })
  .meta({ id: 'AuditFacets' });
export type AuditFacets = z.output<typeof auditFacets>;

const kept = z.object({
  /** An estimate when large. */
  rows: z.int(),
  oldest: timestamp.nullable(),
});
export const auditRetention = z
  .object({
    hotDays: z.int(),
    archiveDays: z.int(),
    sweepIntervalMinutes: z.int(),
    hot: kept,
    archive: kept,
    lastSweep: z.object({ at: timestamp, archived: z.int(), purged: z.int() }).nullable(),
    nextSweepAt: timestamp,
    /** The log itself, beside its read model: kept for good, or superseded agent reports scavenged after so many days. */
    log: z.object({
      policy: z.union([z.literal('keep'), z.object({ days: z.int() })]),
      scavenged: z.int(),
    }),
  })
  .meta({ id: 'AuditRetention' });
export type AuditRetention = z.output<typeof auditRetention>;

export const auditSweep = z
  .object({
    /** Null when nothing was old enough. */
    position: positionText.nullable(),
    archived: z.int(),
    purged: z.int(),
  })
  .meta({ id: 'AuditSweep' });
