import { z } from 'zod';

/** A log position as decimal text. Opaque; compare as numbers. */
export const positionText = z
  .string()
  .regex(/^\d{1,19}$/)
  .meta({ id: 'Position', description: 'A log position as decimal text' });

export const timestamp = z.iso
  .datetime({ offset: true })
  .meta({ id: 'Timestamp', description: 'RFC 3339, UTC, milliseconds' });

/** Query of every read: the moment to look at, and the write that must be visible. */
export const readQuery = {
  at: z
    .union([positionText, z.iso.datetime({ offset: true })], {
      error: 'Expected an RFC 3339 time, such as 2026-01-31T12:00:00Z, or a log position.',
    })
    .optional()
    .meta({ description: 'Look at this moment: an RFC 3339 time or a log position. Absent: now.' }),
  after: positionText.optional().meta({
    description: 'Wait until this position, returned by a write, is visible (bounded; 504 beyond it).',
  }),
};

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().max(2048).optional().meta({ description: 'Opaque: the `next` of the page before.' }),
};

/** Turns a row schema into a page of rows. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/** What every write answers: wait for this position with `?after=` to read your own write. */
export const written = z.object({ position: positionText }).meta({ id: 'Written' });

/** RFC 9457 problem document with a stable `code`. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable, machine-readable reason' }),
    detail: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  })
  .catchall(z.unknown())
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof problem>;
