import { type AmporaEventType, decodeEvent, type TypedEvent } from '@ampora/catalogue';
import type { JsonObject, Position, RecordedEvent } from '@ampora/kernel';
import { toStorableJson } from './storable-text.ts';

/** A stored event made ready once for every projection; `fault` when its data cannot be read. */
export interface DecodedEvent {
  readonly position: Position;
  readonly type: AmporaEventType;
  readonly streamId: string;
  readonly recordedAtMs: number;
  readonly event?: TypedEvent;
  readonly fault?: unknown;
}

/** Brings a stored event to today's shape; `undefined` for a name that this build does not know. */
export type Decode = (stored: RecordedEvent) => TypedEvent | undefined;

/** Names that this build does not know are left out: a newer process wrote them, and a later build reads them. */
export function decodeEvents(
  stored: readonly RecordedEvent[],
  decode: Decode = decodeEvent,
): readonly DecodedEvent[] {
  return stored.flatMap((one): readonly DecodedEvent[] => {
    const { position, streamId, recordedAtMs } = one;
    const base = { position, streamId, recordedAtMs, type: one.type as AmporaEventType };
    try {
      const event = decode(one);
      if (!event) return [];
      const data = toStorableJson(event.data as unknown as JsonObject);
      return [{ ...base, event: (data === event.data ? event : { ...event, data }) as TypedEvent }];
    } catch (fault) {
      return [{ ...base, fault }];
    }
  });
}
