import { randomUUID } from 'node:crypto';
import { type AgentEvent, definitionOf } from '@ampora/catalogue';
import type { EventMetadata, JsonObject, NewEvent } from '@ampora/kernel';

/**
 * Gives an agent's facts their ids and metadata. Unlike `stampEvents` it does not check them against their schemas: what is here was decoded,
 * bounded and decided in this process, ten thousand times a second. The conformance suites check every event they see instead.
 */
export function stampFacts(events: readonly AgentEvent[], metadata: EventMetadata): NewEvent[] {
  return events.map((event) => {
    const { type } = event;
    const definition = definitionOf(type);
    if (!definition) throw new TypeError(`The catalogue does not know ${type}.`);
    const data = event.data as unknown as JsonObject;
    return { id: randomUUID(), type, schemaVersion: definition.version, data, metadata };
  });
}
