import { z } from 'zod';
import { positionText, timestamp } from './shared.ts';

/** One SSE message on `/api/live` (event name `changes`): what changed since the message before; the SSE id is `position`. */
export const liveChanges = z
  .object({
    position: positionText,
    at: timestamp,
    /** Agents touched; empty with `many` true when there were too many to list. */
    agents: z.array(z.uuid()),
    configurations: z.array(z.uuid()),
    /** Event types seen. */
    types: z.array(z.string()),
    fleet: z.boolean(),
    many: z.boolean(),
    events: z.int(),
  })
  .meta({ id: 'LiveChanges' });
export type LiveChanges = z.output<typeof liveChanges>;
