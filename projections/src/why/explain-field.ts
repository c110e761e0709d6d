import { isDeepStrictEqual } from 'node:util';
import { END_OF_TIME, type Position, type RecordedEvent } from '@ampora/kernel';
import { eventCauses, type EventCauses } from '../event-index/event-causes.ts';
import { agentFacetTable } from '../fleet/agent-row.ts';
import { type AgentPage, type ExplainRejection, getAgent } from '../fleet/get-agent.ts';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select } from '../reading/read-context.ts';
import { agentFields, driftFields } from './agent-fields.ts';
import { fieldHistory, type FieldHistory, type FieldOfRow, type FieldValue } from './field-history.ts';
import {
  assignmentFields,
  assignmentRow,
  configurationFields,
  configurationRow,
  fleetRow,
  versionFields,
  versionRow,
} from './row-fields.ts';

export const explainedEntities = ['agent', 'drift', 'configuration', 'version', 'assignment'] as const;
export type ExplainedEntity = (typeof explainedEntities)[number];

export interface WhyRequest {
  readonly entity: ExplainedEntity;
  /** An agent or configuration by its id; a version as `<configuration>@<number>`; `all` for the fleet's assignment. */
  readonly id: string;
  readonly field: string;
}

/** Why a value is what it is. */
export interface FieldExplanation {
  readonly field: string;
  readonly value: unknown;
  readonly since: { readonly position: string; readonly at: string };
  /** The event that gave it this value last. */
  readonly event: RecordedEvent;
  readonly previous: FieldValue | null;
  readonly causes: EventCauses;
}

/** A field that nothing is known of; says which there are. */
export class UnknownField extends Error {
  override readonly name = 'UnknownField';
  readonly fields: readonly string[];

  constructor({ entity, field }: WhyRequest, fields: readonly string[]) {
    super(
      `There is no field “${field.slice(0, 80)}” of ${entity} to explain. There are: ${fields.join(', ')}.`,
    );
    this.fields = fields;
  }
}

/** An id that is not of the kind that the entity has. */
export class UnknownEntity extends Error {
  override readonly name = 'UnknownEntity';
}

/** The fields of an entity that can be explained. */
export function explainedFields(entity: ExplainedEntity): readonly string[] {
  const tables = {
    agent: agentFields,
    drift: driftFields,
    configuration: { ...configurationFields, assignedToFleet: '' },
    version: versionFields,
    assignment: assignmentFields,
  };
  return Object.keys(tables[entity]);
}

/** `undefined`: there is, or was at that moment, no such thing. Throws UnknownField, UnknownEntity. */
export async function explainField(
  context: ReadContext,
  request: WhyRequest,
  moment: Moment,
  explain: ExplainRejection,
): Promise<FieldExplanation | undefined> {
  const fields = explainedFields(request.entity);
  if (!fields.includes(request.field)) throw new UnknownField(request, fields);
  const history =
    request.entity === 'agent' || request.entity === 'drift'
      ? await agentHistory(context, request, moment, explain)
      : await rowHistory(context, request, moment);
  if (!history) return undefined;
  const { current, previous } = history;
  const event = await context.eventLog.readAt(BigInt(current.position));
  if (!event)
    throw new Error(`The event at ${current.position}, which set ${request.field}, is not in the log`);
  const causes = await eventCauses(context, event, moment.live ? END_OF_TIME : moment.position);
  return {
    field: request.field,
    value: current.value,
    since: { position: current.position, at: current.at },
    event,
    previous,
    causes,
  };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function uuidOf({ entity }: WhyRequest, id: string): string {
  if (uuid.test(id)) return id;
  throw new UnknownEntity(`“${id.slice(0, 80)}” is not the id of a ${entity}.`);
}

function rowOf(context: ReadContext, request: WhyRequest): FieldOfRow {
  const { entity, id, field } = request;
  const { tenant } = context;
  if (entity === 'assignment')
    return assignmentRow(tenant, id === 'all' ? id : uuidOf(request, id), assignmentFields[field] ?? '');
  if (entity === 'version') {
    const [, configurationId = '', version] = /^(.+)@(\d{1,9})$/.exec(id) ?? [];
    if (version === undefined)
      throw new UnknownEntity('A version is named by its configuration and number: <configuration id>@3.');
    return versionRow(uuidOf(request, configurationId), Number(version), versionFields[field] ?? '');
  }
  if (field === 'assignedToFleet') return fleetRow(tenant, uuidOf(request, id));
  return configurationRow(tenant, uuidOf(request, id), configurationFields[field] ?? '');
}

async function rowHistory(
  context: ReadContext,
  request: WhyRequest,
  moment: Moment,
): Promise<FieldHistory | undefined> {
  const upTo = moment.live ? END_OF_TIME : moment.position;
  if (request.field === 'assignedToFleet') return fleetHistory(context, request, upTo);
  return fieldHistory(context, rowOf(context, request), upTo);
}

const mostSteps = 50;

/**
 * Whether all agents were told to run it, from when the configuration is there: no assignment, and one of another
 * configuration, are both a no. An assignment may be older than the configuration's row.
 */
async function fleetHistory(
  context: ReadContext,
  request: WhyRequest,
  upTo: Position,
): Promise<FieldHistory | undefined> {
  const isThere = configurationRow(context.tenant, uuidOf(request, request.id), 'to_jsonb(true)');
  const there = await fieldHistory(context, isThere, upTo);
  if (!there) return undefined;
  const { position, at } = there.current;
  if (there.current.value === null) {
    const before = await fleetHistory(context, request, BigInt(position) - 1n);
    return { current: { value: false, position, at }, previous: before?.current ?? null };
  }
  let since: FieldValue | undefined;
  let until = upTo;
  for (let step = 0; step < mostSteps; step++) {
    const found = await fieldHistory(context, rowOf(context, request), until);
    const isOlder = !found || BigInt(found.current.position) <= BigInt(position);
    const current: FieldValue = {
      ...(isOlder ? { position, at } : found.current),
      value: found?.current.value === true,
    };
    if (since && since.value !== current.value) return { current: since, previous: current };
    since = current;
    if (isOlder) break;
    until = BigInt(current.position) - 1n;
  }
  return since && { current: since, previous: null };
}

/** The fleet remembers, with each state, which event set each value: the state now, and the one before that event. */
async function agentHistory(
  context: ReadContext,
  request: WhyRequest,
  moment: Moment,
  explain: ExplainRejection,
): Promise<FieldHistory | undefined> {
  const { entity, field } = request;
  const agentId = uuidOf(request, request.id);
  const { read, setAs = field } = (entity === 'agent' ? agentFields : driftFields)[field] ?? {};
  const agent = await getAgent(context, agentId, moment, explain);
  if (!agent || !read) return undefined;
  const enrolled = await enrolledAt(context, agentId);
  const setBy = (page: AgentPage): Position => {
    if (field === 'stateSince') return BigInt(page.statePosition);
    const position = field === 'enrolledAt' ? undefined : page.why[setAs];
    return position === undefined ? enrolled : BigInt(position);
  };
  let since = setBy(agent);
  const value = read(agent);
  let before: AgentPage | undefined;
  // Said again in other words: what is asked for is when it came to be so.
  for (let step = 0; step < 20 && since > enrolled; step++) {
    before = await getAgent(context, agentId, { ...moment, live: false, position: since - 1n }, explain);
    if (!before || !isDeepStrictEqual(read(before), value)) break;
    since = setBy(before);
    before = undefined;
  }
  return {
    current: await valueAt(context, value, since),
    previous: before ? await valueAt(context, read(before), setBy(before)) : null,
  };
}

async function enrolledAt(context: ReadContext, agentId: string): Promise<Position> {
  const [row] = await select<{ position: string | null }>(
    context,
    `select min(from_position) as position from read.${agentFacetTable} where agent_id = ?::uuid and facet = 'identity'`,
    [agentId],
  );
  return BigInt(row?.position ?? 0);
}

async function valueAt({ eventLog }: ReadContext, value: unknown, position: Position): Promise<FieldValue> {
  const event = await eventLog.readAt(position);
  return {
    value,
    position: String(position),
    at: new Date(event?.recordedAtMs ?? 0).toISOString(),
  };
}
