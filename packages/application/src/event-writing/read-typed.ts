import { type AmporaEvent, decodeEvent } from '@ampora/catalogue';
import type { RecordedEvent } from '@ampora/kernel';

/** Stored events in today's shapes; those that this build does not know are left out. */
export function typedEvents<Event extends AmporaEvent>(stored: readonly RecordedEvent[]): Event[] {
  const typed: Event[] = [];
  for (const event of stored) {
    const decoded = decodeEvent(event);
    if (decoded) typed.push(decoded as unknown as Event);
  }
  return typed;
}
