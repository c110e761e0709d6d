import { z } from 'zod';
import { eventCauses, storedEvent } from './log.ts';
import { positionText, readQuery, timestamp } from './shared.ts';

export const explainFieldQuery = z.object({
  ...readQuery,
  entity: z.enum(['agent', 'drift', 'configuration', 'version', 'assignment']),
  id: z.string().min(1).max(100).meta({
    description:
      'An agent or configuration by its id, a version as `<configuration id>@3`, `all` for the fleet’s assignment',
  }),
  field: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'As its page names it; one that is not there is answered with the list' }),
});

export const fieldExplanation = z
  .object({
    field: z.string(),
    value: z.unknown(),
    since: z.object({ position: positionText, at: timestamp }),
    /** The event that gave it this value. */
    event: storedEvent,
    /** What it was before, and since when; null when there was nothing before. */
    previous: z.object({ value: z.unknown(), position: positionText, at: timestamp }).nullable(),
    causes: eventCauses,
  })
  .meta({ id: 'FieldExplanation' });
export type FieldExplanation = z.output<typeof fieldExplanation>;
