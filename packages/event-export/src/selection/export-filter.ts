import type { EventFilter, EventText } from '@ampora/application/ports';
import { streamOf, streamPrefix } from '@ampora/catalogue';
import type { JsonObject } from '@ampora/kernel';

/** As the audit log names them. */
export type EntityType =
  'Agent' | 'Assignment' | 'AuditLog' | 'Configuration' | 'Content' | 'Person' | 'Tenant';

/** Which events of a tenant are exported; an absent condition lets all through, several must all hold. */
export interface ExportFilter {
  readonly types?: readonly string[];
  /** Exactly this stream. */
  readonly stream?: string;
  /** The agent's own events and what was assigned to it. */
  readonly agentId?: string;
  readonly entityType?: EntityType;
  readonly entityId?: string;
  readonly actors?: readonly string[];
  /** Inclusive, RFC 3339 or a position, as it was asked for. */
  readonly since?: string;
  readonly until?: string;
}

/** Where the events that pass a filter are to be looked for. */
export type Source = { readonly streams: readonly string[] } | { readonly filter: EventFilter | undefined };

const prefixesOf: Readonly<Record<EntityType, readonly string[]>> = {
  Agent: [streamPrefix.agent],
  Assignment: [streamPrefix.assignment, streamPrefix.fleetAssignment],
  AuditLog: [
    streamPrefix.auditRetention,
    streamPrefix.auditAccess,
    streamPrefix.auditSeal,
    streamPrefix.auditKeys,
  ],
  Configuration: [streamPrefix.configuration, streamPrefix.configurationName],
  Content: [streamPrefix.content],
  Person: [streamPrefix.person],
  Tenant: [streamPrefix.tenant],
};

/** A few streams are read by themselves; everything else is a scan that the store narrows where it can. */
export function sourceOf({ stream, agentId, entityType, entityId, types }: ExportFilter): Source {
  const named = [
    stream === undefined ? undefined : [stream],
    agentId === undefined ? undefined : [streamOf.agent(agentId), streamOf.assignment(agentId)],
    entityType === undefined || entityId === undefined
      ? undefined
      : prefixesOf[entityType].map((prefix) => `${prefix}${entityId}`),
  ].filter((streams) => streams !== undefined);
  const [first, ...others] = named;
  if (first)
    return {
      streams: first.filter(
        (each) =>
          others.every((streams) => streams.includes(each)) && (!entityType || isOf(each, entityType)),
      ),
    };
  if (!types && !entityType) return { filter: undefined };
  return {
    filter: {
      ...(types ? { types } : {}),
      ...(entityType ? { streamPrefixes: prefixesOf[entityType] } : {}),
    },
  };
}

const isOf = (stream: string, entityType: EntityType): boolean =>
  prefixesOf[entityType].some((prefix) => stream.startsWith(prefix));

/** The conditions that are judged event by event, whatever the source left out already. */
export function passes({ types, actors }: ExportFilter, { type, metadata }: EventText): boolean {
  return (!types || types.includes(type)) && (!actors || actors.includes(metadata.actor));
}

/** The filter as it stands in an export's header: what was asked for, and nothing that was not. */
export function filterToJson(filter: ExportFilter): JsonObject {
  const { entityType, entityId, agentId, stream, types, actors, since, until } = filter;
  const asked = { entityType, entityId, agentId, stream, types, actors, since, until };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as JsonObject;
}
