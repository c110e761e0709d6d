import type { Selected } from '../selection/select-events.ts';

/** A column of the formats that have columns. */
export interface Column {
  readonly name: string;
  readonly kind: 'text' | 'json' | 'number' | 'long' | 'time';
  readonly isOptional?: boolean;
  /** `long` columns give a bigint, `time` columns Unix milliseconds. */
  readonly of: (selected: Selected, line: string) => string | number | bigint | undefined;
}

/** What can be filtered and grouped by, in the order of the columns. The event's line, from which all follows, comes last. */
export const plainColumns: readonly Column[] = [
  { name: 'sequence', kind: 'long', of: ({ sequence }) => BigInt(sequence) },
  { name: 'position', kind: 'long', of: ({ event }) => event.position },
  { name: 'time', kind: 'time', of: ({ event }) => event.recordedAtMs },
  { name: 'type', kind: 'text', of: ({ event }) => event.type },
  { name: 'stream', kind: 'text', of: ({ event }) => event.streamId },
  { name: 'revision', kind: 'long', of: ({ event }) => BigInt(event.revision) },
  { name: 'event_id', kind: 'text', of: ({ event }) => event.id },
  { name: 'schema_version', kind: 'number', of: ({ event }) => event.schemaVersion },
  { name: 'tenant', kind: 'text', of: ({ event }) => event.metadata.tenant },
  { name: 'actor', kind: 'text', of: ({ event }) => event.metadata.actor },
  { name: 'actor_role', kind: 'text', of: ({ event }) => event.metadata.actorRole },
  { name: 'source_ip', kind: 'text', isOptional: true, of: ({ event }) => event.metadata.sourceIp },
  { name: 'correlation_id', kind: 'text', of: ({ event }) => event.metadata.correlationId },
  { name: 'causation_id', kind: 'text', isOptional: true, of: ({ event }) => event.metadata.causationId },
  { name: 'traceparent', kind: 'text', isOptional: true, of: ({ event }) => event.metadata.traceparent },
];

export const dataColumn: Column = { name: 'data', kind: 'json', of: ({ event }) => event.dataText };

export const lineColumn: Column = { name: 'event', kind: 'text', of: (_, line) => line };
