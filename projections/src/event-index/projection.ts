import { type AmporaEventType, catalogue } from '@ampora/catalogue';
import type { Handlers, Projection, Rows, Stamped } from '../engine/projection.ts';
import { agentActorPrefix, eventIndexVersion, isRareSql, typeCodeOf, uuidOrNull } from './event-index-row.ts';

function enter(event: Stamped, rows: Rows): void {
  const { tenant, actor, correlationId, causationId } = event.metadata;
  rows.append('event_index', {
    position: event.position,
    tenant,
    event_id: event.id,
    type_code: typeCodeOf(event.type),
    correlation_id: uuidOrNull(correlationId),
    causation_id: uuidOrNull(causationId),
    actor: actor.startsWith(agentActorPrefix) ? null : actor,
  });
}

/** A stored body is found by its hash, and tells nothing beside the event that refers to it. */
const entered = catalogue.map(({ type }) => type).filter((type) => type !== 'ContentStored');

/**
 * Where an event is, by what links it to others. Narrow on purpose, one row per event: what the log itself finds
 * (stream, type in a stretch), the clock (times) and the timeline (agents) is not kept again.
 */
export const eventIndexProjection: Projection = {
  name: 'event-index',
  version: eventIndexVersion,
  tables: [
    {
      name: 'event_index',
      kind: 'append',
      columns: {
        position: 'bigint',
        event_id: 'uuid',
        correlation_id: { type: 'uuid', nullable: true },
        causation_id: { type: 'uuid', nullable: true },
        type_code: 'integer',
        tenant: 'text',
        /** Null for what an agent says of itself. */
        actor: { type: 'text', nullable: true },
      },
      primaryKey: ['position'],
      indexes: [
        { name: 'event', on: 'event_id' },
        { name: 'correlation', on: 'correlation_id, position' },
        { name: 'causation', on: 'causation_id, position', where: 'causation_id is not null' },
        { name: 'actor', on: 'tenant, actor, position', where: 'actor is not null' },
        { name: 'rare', on: 'position, type_code', where: isRareSql },
      ],
    },
  ],
  keysOf: () => [],
  on: Object.fromEntries(entered.map((type: AmporaEventType) => [type, enter])) as Handlers,
};
