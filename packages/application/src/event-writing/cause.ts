import type { EventMetadata, RecordedEvent } from '@ampora/kernel';

/** The event that something was done for, as what is done names it. */
export interface Cause {
  readonly eventId: string;
  readonly correlationId: string;
}

export function causeOf({ id, metadata }: Pick<RecordedEvent, 'id' | 'metadata'>): Cause {
  return { eventId: id, correlationId: metadata.correlationId };
}

/** It belongs to what the cause belongs to: whoever follows a request finds it there. */
export function causedBy(metadata: EventMetadata, { eventId, correlationId }: Cause): EventMetadata {
  return { ...metadata, correlationId, causationId: eventId };
}
