import type { EventData, ResolvedEvent } from '@eventstore/db-client';
import type { EventMetadata, JsonObject, NewEvent, RecordedEvent } from '@ampora/kernel';

/** What an event's metadata looks like in EventStoreDB: its own tools follow `$correlationId` and `$causationId`. */
interface StoredMetadata extends Omit<EventMetadata, 'correlationId' | 'causationId'> {
  readonly $correlationId: string;
  readonly $causationId?: string;
  readonly schemaVersion: number;
}

export function toEventData(event: NewEvent): EventData {
  const { correlationId, causationId, ...rest } = event.metadata;
  const metadata: StoredMetadata = {
    $correlationId: correlationId,
    ...(causationId === undefined ? {} : { $causationId: causationId }),
    ...rest,
    schemaVersion: event.schemaVersion,
  };
  return {
    id: event.id,
    contentType: 'application/json',
    type: event.type,
    data: event.data as Record<string, unknown>,
    metadata: metadata as unknown as Record<string, unknown>,
  };
}

/** System streams, streams' metadata and events of the server itself. */
export function isSystemEvent(streamId: string, type: string): boolean {
  return streamId.startsWith('$') || type.startsWith('$');
}

function isStoredMetadata(metadata: unknown): metadata is StoredMetadata {
  if (typeof metadata !== 'object' || metadata === null || metadata instanceof Uint8Array) return false;
  const { schemaVersion, $correlationId } = metadata as Record<string, unknown>;
  return typeof schemaVersion === 'number' && typeof $correlationId === 'string';
}

/** Where a read event stands in the whole log. */
export function positionOf(resolved: ResolvedEvent): bigint | undefined {
  return resolved.event?.position?.commit ?? resolved.commitPosition;
}

/**
 * An event of ours as the port knows it; `undefined` for the server's own events and for those of other writers.
 * `recordedAtMs` is the server's `created`, which may step back with its clock: readers that need order clamp it.
 */
export function toRecordedEvent(resolved: ResolvedEvent): RecordedEvent | undefined {
  const { event } = resolved;
  const position = positionOf(resolved);
  if (!event || position === undefined || !event.isJson || isSystemEvent(event.streamId, event.type))
    return undefined;
  const stored: unknown = event.metadata;
  if (!isStoredMetadata(stored)) return undefined;
  const { $correlationId, $causationId, schemaVersion, ...rest } = stored;
  return {
    id: event.id,
    type: event.type,
    schemaVersion,
    data: event.data as JsonObject,
    metadata: {
      ...rest,
      correlationId: $correlationId,
      ...($causationId === undefined ? {} : { causationId: $causationId }),
    },
    streamId: event.streamId,
    revision: Number(event.revision),
    position,
    recordedAtMs: event.created.getTime(),
  };
}
