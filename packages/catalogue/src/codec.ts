import type { JsonObject, RecordedEvent } from '@ampora/kernel';
import { type AgentEvent, agentEvents } from './agent/agent-events.ts';
import { type AssignmentEvent, assignmentEvents } from './assignment/assignment-events.ts';
import { type BulkEvent, bulkEvents } from './assignment/bulk-events.ts';
import { type AuditEvent, auditEvents } from './audit/audit-events.ts';
import { type ExportEvent, exportEvents } from './audit/export-events.ts';
import { type ProofEvent, proofEvents } from './audit/proof-events.ts';
import { type ConfigurationEvent, configurationEvents } from './configuration/configuration-events.ts';
import { type ContentEvent, contentEvents } from './content/content-events.ts';
import type { EventDefinition } from './define-event.ts';
import { type GroupEvent, groupEvents, type GroupNameEvent, groupNameEvents } from './group/group-events.ts';
import { type LintEvent, lintEvents } from './lint/lint-events.ts';
import { type PersonEvent, personEvents } from './person/person-events.ts';
import { type TenantEvent, tenantEvents } from './tenant/tenant-events.ts';

/** Every event that Ampora can store. The only list of names. */
export const catalogue = [
  ...agentEvents,
  ...configurationEvents,
  ...assignmentEvents,
  ...bulkEvents,
  ...groupEvents,
  ...groupNameEvents,
  ...contentEvents,
  ...tenantEvents,
  ...auditEvents,
  ...proofEvents,
  ...exportEvents,
  ...personEvents,
  ...lintEvents,
] as const;

export type AmporaEvent =
  | AgentEvent
  | ConfigurationEvent
  | AssignmentEvent
  | BulkEvent
  | GroupEvent
  | GroupNameEvent
  | ContentEvent
  | TenantEvent
  | AuditEvent
  | ProofEvent
  | ExportEvent
  | PersonEvent
  | LintEvent;
export type AmporaEventType = AmporaEvent['type'];

/** A stored event in today's shape, with its envelope. */
export type TypedEvent<Event extends AmporaEvent = AmporaEvent> = Event extends AmporaEvent
  ? Omit<RecordedEvent, 'type' | 'data'> & Event
  : never;

const byType: ReadonlyMap<string, EventDefinition> = new Map(
  catalogue.map((definition) => [definition.type, definition]),
);

/** The definition of a stored name, or `undefined` for one that this build does not know. */
export function definitionOf(type: string): EventDefinition | undefined {
  return byType.get(type);
}

/** Data that does not fit its event's schema; `issues` name the paths, never the values. */
export class InvalidEventData extends Error {
  override readonly name = 'InvalidEventData';
  readonly type: string;
  readonly issues: readonly string[];

  constructor(type: string, issues: readonly string[]) {
    super(`${type} does not fit its schema: ${issues.join('; ')}`);
    this.type = type;
    this.issues = issues;
  }
}

function validate(definition: EventDefinition, data: unknown): JsonObject {
  const result = definition.schema.safeParse(data);
  if (result.success) return result.data as JsonObject;
  throw new InvalidEventData(
    definition.type,
    result.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.message}`),
  );
}

/** Checks an event before it is stored and adds today's schema version. Throws InvalidEventData. */
export function encodeEvent(event: AmporaEvent): {
  type: AmporaEventType;
  schemaVersion: number;
  data: JsonObject;
} {
  const definition = byType.get(event.type);
  if (!definition) throw new InvalidEventData(event.type, ['the catalogue does not know this event']);
  return { type: event.type, schemaVersion: definition.version, data: validate(definition, event.data) };
}

/**
 * Brings a stored event to today's shape. Returns `undefined` for a name this build does not know (a newer process
 * wrote it), and for an event whose data was scavenged: readers skip and count both. Today's shape was validated when
 * it was written and is trusted; an upcast one is validated again.
 */
export function decodeEvent(stored: RecordedEvent): TypedEvent | undefined {
  return decodeWith(byType.get(stored.type), stored);
}

/** `decodeEvent` by a given definition: for whoever knows the events by another list than the catalogue. */
export function decodeWith(
  definition: EventDefinition | undefined,
  stored: RecordedEvent,
): TypedEvent | undefined {
  if (!definition || stored.metadata.scavenged) return undefined;
  if (stored.schemaVersion >= definition.version) return stored as unknown as TypedEvent;
  let data = stored.data;
  for (let version = stored.schemaVersion; version < definition.version; version++) {
    const step = definition.upcast[version];
    if (!step) throw new InvalidEventData(stored.type, [`no upcasting step from version ${version}`]);
    data = step(data);
  }
  return {
    ...stored,
    schemaVersion: definition.version,
    data: validate(definition, data),
  } as unknown as TypedEvent;
}
