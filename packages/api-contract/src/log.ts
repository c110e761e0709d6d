import { z } from 'zod';
import { pageOf, pageQuery, positionText, readQuery, timestamp } from './shared.ts';

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
const time = z.iso.datetime({ offset: true }).optional();

/** Which events; several values of one field are alternatives, fields combine. */
export const eventFilter = {
  id: z.uuid().optional().meta({ description: 'The event of this id' }),
  type: csv,
  stream: z.string().max(300).optional().meta({ description: 'Exactly this stream' }),
  streamPrefix: csv,
  actor: csv.meta({ description: 'Who did it; `agent:*` for whatever agents say of themselves' }),
  tenant: z.string().max(200).optional(),
  agentId: z.uuid().optional().meta({ description: 'What this agent says, and was told to run' }),
  correlationId: z.uuid().optional(),
  causationId: z.uuid().optional(),
  since: time.meta({ description: 'Recorded at this time or later' }),
  until: time.meta({ description: 'Recorded at this time or earlier' }),
};

export const listEventsQuery = z.object({
  ...readQuery,
  ...pageQuery,
  from: positionText
    .optional()
    .meta({ description: 'Begin after this position (forwards), or before it (backwards)' }),
  ...eventFilter,
  direction: z.enum(['forwards', 'backwards']).default('backwards'),
});
/**
 * A page may be short, even empty, and have a next one: what no index finds is looked for in bounded steps. A cursor
 * is a position: the position of the first item, asked for in the other direction, gives the page before.
 */
export const eventPage = pageOf(storedEvent).meta({ id: 'EventPage' });

export const eventFacetsQuery = z.object({ ...readQuery, ...eventFilter });
const counts = z.array(z.object({ value: z.string(), count: z.int() }));
export const eventFacets = z
  .object({
    /** The most frequent first; each ignores its own filter. */
    types: counts,
    actors: counts,
    total: z.int(),
    /** There are more than were looked at: the newest were counted. */
    isCapped: z.boolean(),
  })
  .meta({ id: 'EventFacets' });
export type EventFacets = z.output<typeof eventFacets>;

export const causeNode = z
  .object({
    event: storedEvent,
    /** The node that caused it; null when a command, an agent's message or nothing that is shown did. */
    parentId: z.uuid().nullable(),
    depth: z.int(),
  })
  .meta({ id: 'CauseNode' });
export type CauseNode = z.output<typeof causeNode>;

export const eventCausesQuery = z.object(readQuery);
export const eventCauses = z
  .object({
    focus: z.uuid(),
    /** In the order of the log: what led to the event, what belongs to its correlation, and what came of it. */
    nodes: z.array(causeNode),
    /** More than 500 events belong to it, or more than 100 to a correlation on the way to a root. */
    isCapped: z.boolean(),
  })
  .meta({ id: 'EventCauses' });
export type EventCauses = z.output<typeof eventCauses>;
