import { hash as digestOf, randomUUID } from 'node:crypto';
import { type AmporaEvent, encodeEvent } from '@ampora/catalogue';
import type { EventMetadata, NewEvent } from '@ampora/kernel';

/** Gives decided events their ids and metadata. Throws InvalidEventData when one does not fit its schema. */
export function stampEvents(
  events: readonly AmporaEvent[],
  metadata: EventMetadata,
  ids: EventIds = randomIds,
): NewEvent[] {
  return events.map((event, index) => ({ ...encodeEvent(event), id: ids(index), metadata }));
}

/** The id of the event at a place in a command's result. */
export type EventIds = (index: number) => string;

const randomIds: EventIds = () => randomUUID();

/** Ids that follow from a command's id and the stream: the same command given twice yields the same events, and the log stores them once. */
export function idsOf(commandId: string, streamId: string): EventIds {
  return (index) => uuidFrom(`event:${commandId}:${streamId}:${index}`);
}

/** A UUID (version 8) that follows from a text: equal texts, equal ids. */
export function uuidFrom(text: string): string {
  const hash = digestOf('sha256', text, 'buffer');
  hash[6] = ((hash[6] as number) & 0x0f) | 0x80;
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
