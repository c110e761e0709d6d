import { z } from 'zod';
import { pageOf, pageQuery, positionText, timestamp } from './shared.ts';

/** One stored event, as it is. */
export const storedEvent = z
  .object({
    position: positionText,
    id: z.uuid(),
    streamId: z.string(),
    revision: z.int(),
    type: z.string(),
    schemaVersion: z.int(),
    summary: z.string(),
    recordedAt: timestamp,
    tenant: z.string(),
    actor: z.string(),
    actorRole: z.string(),
    sourceIp: z.string().nullable(),
    correlationId: z.string(),
    causationId: z.string().nullable(),
    traceparent: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'StoredEvent' });
export type StoredEvent = z.output<typeof storedEvent>;

const csv = z
  .preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(z.string()))
  .optional();
export const listEventsQuery = z.object({
  ...pageQuery,
  from: positionText
    .optional()
    .meta({ description: 'Begin after this position (forwards), or before it (backwards)' }),
  stream: z.string().max(300).optional().meta({ description: 'Exactly this stream' }),
  streamPrefix: csv,
  type: csv,
  direction: z.enum(['forwards', 'backwards']).default('backwards'),
});
export const eventPage = pageOf(storedEvent).meta({ id: 'EventPage' });
