import { z } from 'zod';
import { positionText, timestamp } from './shared.ts';

export const projectionRow = z
  .object({
    name: z.string(),
    version: z.int(),
    state: z.enum(['building', 'caught-up', 'serving', 'retired', 'failed']),
    position: positionText,
    head: positionText,
    /** Events per second lately. */
    rate: z.number(),
    progress: z.number().min(0).max(1),
    etaSeconds: z.number().nullable(),
    lastError: z.string().nullable(),
    poisonPosition: positionText.nullable(),
    updatedAt: timestamp,
  })
  .meta({ id: 'ProjectionRow' });
export type ProjectionRow = z.output<typeof projectionRow>;
export const projectionList = z
  .object({ items: z.array(projectionRow), next: z.null() })
  .meta({ id: 'ProjectionList' });
