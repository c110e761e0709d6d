import { type AmporaEventType, streamPrefix } from '@ampora/catalogue';
import type { EventNamed, Handlers, Projection, Row, RowKey, Rows, Stamped } from '../engine/projection.ts';
import { displayNameOf } from '../fleet/display-name.ts';
import { auditVersion } from './audit-row.ts';
import { auditableEvents, type AuditedChange, type AuditedEntity, type State } from './auditable-events.ts';

interface Rule {
  readonly entity: (event: Stamped) => AuditedEntity;
  readonly change: (event: Stamped, before: State | null) => AuditedChange | undefined;
  readonly nameOf?: (event: Stamped) => string;
  readonly namedAfter?: (event: Stamped) => Omit<AuditedEntity, 'part'>;
}

const rules = auditableEvents as Readonly<Partial<Record<AmporaEventType, Rule>>>;
const entityTable = 'audit_entity';

function keyOf({ type, id, part }: AuditedEntity): readonly string[] {
  return [type, id, part];
}

/** The row that bears the name of an entity. */
function nameKeyOf({ type, id }: Omit<AuditedEntity, 'part'>): readonly string[] {
  return [type, id, ''];
}

function keepState(rows: Rows, event: Stamped, entity: AuditedEntity, change: Partial<Row>): void {
  const before = rows.get(entityTable, ...keyOf(entity));
  rows.put(entityTable, {
    entity_type: entity.type,
    entity_id: entity.id,
    part: entity.part,
    tenant: event.metadata.tenant,
    name: '',
    state: null,
    ...before,
    ...change,
  });
}

function audit(event: Stamped, rows: Rows): void {
  const rule = rules[event.type];
  if (!rule) return;
  const entity = rule.entity(event);
  const before = (rows.get(entityTable, ...keyOf(entity))?.['state'] ?? null) as State | null;
  const change = rule.change(event, before);
  if (!change) return;
  if (rule.nameOf) keepState(rows, event, { ...entity, part: '' }, { name: rule.nameOf(event) });
  const { after } = change;
  if (after !== undefined) keepState(rows, event, entity, { state: after });
  if (change.isPart) return;
  const { metadata } = event;
  rows.append('audit_event', {
    position: event.position,
    event_id: event.id,
    type: event.type,
    at: event.atMs,
    tenant: metadata.tenant,
    actor: metadata.actor,
    actor_role: metadata.actorRole,
    entity_type: entity.type,
    entity_id: entity.id,
    entity_name: rows.get(entityTable, ...nameKeyOf(rule.namedAfter?.(event) ?? entity))?.['name'] ?? '',
    action: change.action,
    before: after === undefined ? null : before,
    after: after ?? null,
    source_ip: metadata.sourceIp ?? null,
    trace_id: metadata.traceparent?.split('-')[1] ?? null,
    correlation_id: metadata.correlationId,
    additional: change.additional ?? {},
  });
}

function sweep(event: EventNamed<'AuditRetentionSwept'>, rows: Rows): void {
  audit(event, rows);
  const { tenant } = event.metadata;
  const { hotBeforeMs, archiveBeforeMs, archived, purged } = event.data;
  const known = rows.get('audit_retention', tenant);
  // Bounds never go back, and never reach what is still to come: then it does not matter when rows are moved.
  const bound = (column: string, ms: number) =>
    Math.max((known?.[column] as number | undefined) ?? 0, Math.min(ms, event.atMs));
  rows.put('audit_retention', {
    tenant,
    hot_before: bound('hot_before', hotBeforeMs),
    archive_before: bound('archive_before', archiveBeforeMs),
    swept_at: event.atMs,
    archived,
    purged,
  });
}

function nameAgent(event: EventNamed<'AgentDescriptionReported'>, rows: Rows): void {
  const { id } = agentOf(event);
  const { identifying, nonIdentifying } = event.data;
  const known = rows.get(entityTable, 'Agent', id, '');
  const uid = (known?.['state'] as State | null | undefined)?.['instanceUid'] as string | undefined;
  const name = displayNameOf(identifying, nonIdentifying, uid ?? id);
  if (known?.['name'] === name) return;
  keepState(rows, event, { type: 'Agent', id, part: '' }, { name });
}

function agentOf(event: Stamped): { readonly type: 'Agent'; readonly id: string } {
  return { type: 'Agent', id: event.streamId.slice(streamPrefix.agent.length) };
}

function keysOf(event: Stamped): readonly RowKey[] {
  const keys: RowKey[] = [];
  const rule = rules[event.type];
  if (rule) {
    const entity = rule.entity(event);
    keys.push({ table: entityTable, key: keyOf(entity) });
    if (entity.part !== '') keys.push({ table: entityTable, key: nameKeyOf(entity) });
    const named = rule.namedAfter?.(event);
    if (named) keys.push({ table: entityTable, key: nameKeyOf(named) });
  } else keys.push({ table: entityTable, key: nameKeyOf(agentOf(event)) });
  if (event.type === 'AuditRetentionSwept')
    keys.push({ table: 'audit_retention', key: [event.metadata.tenant] });
  return keys;
}

const columns = {
  position: 'bigint',
  event_id: 'uuid',
  type: 'text',
  at: 'timestamptz',
  tenant: 'text',
  actor: 'text',
  actor_role: 'text',
  entity_type: 'text',
  entity_id: 'text',
  entity_name: 'text',
  action: 'text',
  before: { type: 'jsonb', nullable: true },
  after: { type: 'jsonb', nullable: true },
  source_ip: { type: 'text', nullable: true },
  trace_id: { type: 'text', nullable: true },
  correlation_id: 'text',
  additional: 'jsonb',
} as const;

/** Rows come in the order of time: a few bytes per megabyte tell which pages hold the old ones. */
const age = { name: 'age', using: 'brin', on: 'at' } as const;

/** Who did what to which thing, with its state before and after; old rows go to the archive, and from there for good. */
export const auditProjection: Projection = {
  name: 'audit',
  version: auditVersion,
  tables: [
    {
      name: 'audit_event',
      kind: 'append',
      columns,
      primaryKey: ['position'],
      indexes: [
        { name: 'newest', on: 'tenant, position' },
        { name: 'actor', on: 'tenant, actor, position' },
        { name: 'action', on: 'tenant, action, position' },
        { name: 'entity_type', on: 'tenant, entity_type, position' },
        { name: 'entity', on: 'tenant, entity_id, position' },
        age,
      ],
    },
    { name: 'audit_event_archive', kind: 'append', columns, primaryKey: ['position'], indexes: [age] },
    {
      name: entityTable,
      kind: 'keyed',
      columns: {
        entity_type: 'text',
        entity_id: 'text',
        part: 'text',
        tenant: 'text',
        name: 'text',
        state: { type: 'jsonb', nullable: true },
      },
      primaryKey: ['entity_type', 'entity_id', 'part'],
    },
    {
      name: 'audit_retention',
      kind: 'keyed',
      columns: {
        tenant: 'text',
        hot_before: 'timestamptz',
        archive_before: 'timestamptz',
        swept_at: 'timestamptz',
        archived: 'bigint',
        purged: 'bigint',
      },
      primaryKey: ['tenant'],
    },
  ],
  keysOf,
  on: {
    ...(Object.fromEntries(Object.keys(rules).map((type) => [type, audit])) as Handlers),
    AgentDescriptionReported: nameAgent,
    AuditRetentionSwept: sweep,
  },
  ageing: [
    {
      from: 'audit_event',
      to: 'audit_event_archive',
      column: 'at',
      below: { table: 'audit_retention', column: 'hot_before', per: 'tenant' },
    },
    {
      from: 'audit_event_archive',
      column: 'at',
      below: { table: 'audit_retention', column: 'archive_before', per: 'tenant' },
    },
  ],
};
