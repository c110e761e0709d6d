import { END_OF_TIME, type Position, START } from '@ampora/kernel';
import { clockTable } from '../log-clock/clock-row.ts';
import { secondOf } from '../log-clock/projection.ts';
import { fromCursor, type Page, type PageRequest, toCursor } from '../reading/cursor.ts';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { auditArchiveTable, auditEntityTable, auditTable } from './audit-row.ts';

type Json = Readonly<Record<string, unknown>>;

export interface AuditListRow {
  readonly position: string;
  readonly eventId: string;
  readonly type: string;
  readonly timestamp: string;
  readonly tenant: string;
  readonly actor: string;
  readonly actorRole: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly entityName: string;
  readonly action: string;
  readonly before: Json | null;
  readonly after: Json | null;
  readonly sourceIp: string | null;
  readonly traceId: string | null;
  readonly correlationId: string;
  readonly additional: Json;
  readonly archived: boolean;
}

export interface AuditRequest extends PageRequest {
  readonly actor?: string | undefined;
  readonly action?: readonly string[] | undefined;
  readonly entityType?: readonly string[] | undefined;
  readonly entityId?: string | undefined;
  /** RFC 3339, inclusive. */
  readonly since?: string | undefined;
  /** RFC 3339, exclusive. */
  readonly until?: string | undefined;
  readonly text?: string | undefined;
  readonly includeArchive?: boolean | undefined;
}

interface StoredEntry {
  readonly position: string;
  readonly event_id: string;
  readonly type: string;
  readonly at: Date;
  readonly tenant: string;
  readonly actor: string;
  readonly actor_role: string;
  readonly entity_type: string;
  readonly entity_id: string;
  readonly entity_name: string;
  readonly action: string;
  readonly before: Json | null;
  readonly after: Json | null;
  readonly source_ip: string | null;
  readonly trace_id: string | null;
  readonly correlation_id: string;
  readonly additional: Json;
}

/** Rows that one page looks at where no index answers the whole question. */
const mostRowsSeen = 50_000;

/** Positions between which to look, both exclusive. */
interface Range {
  readonly after: Position;
  readonly before: Position;
}

/** A piece of SQL with its parameters. */
interface Condition {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/** A condition that an index on (tenant, column, position) answers in order, for one value or for each of several. */
interface Driver extends Condition {
  readonly column: string;
  readonly values: readonly string[];
}

/** The most selective one first. */
function driversOf({ entityId, actor, action, entityType }: AuditRequest): readonly Driver[] {
  const among = (column: string, values: readonly string[] | undefined): readonly Driver[] =>
    values && values.length > 0
      ? [{ column, values, sql: `${column} = any(?::text[])`, bindings: [[...values]] }]
      : [];
  return [
    ...among('entity_id', entityId === undefined ? undefined : [entityId]),
    ...among('actor', actor === undefined ? undefined : [actor]),
    ...among('action', action),
    ...among('entity_type', entityType),
  ];
}

const searchedText = `entity_name || ' ' || coalesce(before::text, '') || ' ' || coalesce(after::text, '') || ' ' || additional::text`;

function searching(text: string | undefined): readonly Condition[] {
  const wanted = text?.trim().toWellFormed().replaceAll('\0', '');
  if (!wanted) return [];
  return [{ sql: `${searchedText} ilike ?`, bindings: [`%${wanted.replace(/[\\%_]/g, String.raw`\$&`)}%`] }];
}

interface Scan {
  readonly table: string;
  readonly tenant: string;
  readonly range: Range;
  /** Answered by an index; without any, rows are taken as they come. */
  readonly driver: Driver | undefined;
  /** What the range leaves open within a second. */
  readonly times: readonly Condition[];
  /** Answered by looking at row after row. */
  readonly rest: readonly Condition[];
}

/** One ordered part of an index for each value of the driver: a list in one condition would have to be sorted. */
function partsOf({ table, tenant, range, driver }: Scan): readonly Condition[] {
  const inRange = 'position < ?::bigint and position > ?::bigint';
  const bounds = [String(range.before), String(range.after)];
  if (!driver)
    return [{ sql: `read.${table} where tenant = ? and ${inRange}`, bindings: [tenant, ...bounds] }];
  return driver.values.map((value) => ({
    sql: `read.${table} where tenant = ? and ${driver.column} = ? and ${inRange}`,
    bindings: [tenant, value, ...bounds],
  }));
}

/** The position down to which a page looks: below it stand more rows than one page may see. */
export function edgeStatement(scan: Scan): Condition {
  const parts = partsOf(scan);
  const edges = parts.map(
    ({ sql }) => `(select position from ${sql} order by position desc offset ${mostRowsSeen} limit 1)`,
  );
  return {
    sql: `select max(position) as position from (${edges.join(' union all ')}) edge`,
    bindings: parts.flatMap(({ bindings }) => [...bindings]),
  };
}

export function rowsStatement(scan: Scan, limit: number): Condition {
  const rest = [...scan.times, ...scan.rest];
  const filters = rest.map(({ sql }) => ` and ${sql}`).join('');
  const rested = rest.flatMap(({ bindings }) => [...bindings]);
  const parts = partsOf(scan);
  const found = parts.map(({ sql }) => `(select * from ${sql}${filters} order by position desc limit ?)`);
  return {
    sql: `select * from (${found.join(' union all ')}) found order by position desc limit ?`,
    bindings: [...parts.flatMap(({ bindings }) => [...bindings, ...rested, limit]), limit],
  };
}

/** The statement that finds a page's rows among the hot ones, for who wants to see its plan. */
export function auditStatements(
  tenant: string,
  request: AuditRequest,
  moment: Moment,
): { readonly edge: Condition; readonly rows: Condition } {
  const [driver, ...others] = driversOf(request);
  const before = moment.live ? END_OF_TIME : moment.position + 1n;
  const range = { after: START, before };
  const rest = [...others, ...searching(request.text)];
  const scan = { table: auditTable, tenant, range, driver, times: [], rest };
  return { edge: edgeStatement(scan), rows: rowsStatement(scan, request.limit + 1) };
}

interface Found {
  readonly rows: readonly StoredEntry[];
  /** Everything above it was looked at; undefined when nothing is left below. */
  readonly edge: Position | undefined;
}

async function find(context: ReadContext, scan: Scan, limit: number): Promise<Found> {
  const isAnswered = scan.rest.length === 0;
  let { range } = scan;
  let edge: Position | undefined;
  if (!isAnswered) {
    const { sql, bindings } = edgeStatement(scan);
    const [row] = await select<{ position: string | null }>(context, sql, bindings);
    if (row?.position) {
      edge = BigInt(row.position);
      range = { ...range, after: edge - 1n };
    }
  }
  const { sql, bindings } = rowsStatement({ ...scan, range }, limit);
  return { rows: await select<StoredEntry>(context, sql, bindings), edge };
}

/** The audit log, newest first. Each page looks at a bounded number of rows, and may then hold fewer than asked for. */
export async function listAuditEvents(
  context: ReadContext,
  request: AuditRequest,
  moment: Moment,
): Promise<Page<AuditListRow>> {
  const { limit } = request;
  const range = await rangeOf(context, request, moment);
  const drivers = driversOf(request);
  const [driver, ...others] = drivers;
  const text = searching(request.text);
  const common = { tenant: context.tenant, range, times: timesOf(request) };
  const hot = await find(
    context,
    { ...common, table: auditTable, driver, rest: [...others, ...text] },
    limit + 1,
  );
  const rows = hot.rows.map((row) => ({ row, archived: false }));
  let edge = hot.edge;
  if (request.includeArchive && rows.length <= limit && edge === undefined) {
    // Without indexes of its own: what is archived is older than what is hot, and read in that order.
    const rest = [...drivers, ...text];
    const archive = await find(
      context,
      { ...common, table: auditArchiveTable, driver: undefined, rest },
      limit + 1 - rows.length,
    );
    rows.push(...archive.rows.map((row) => ({ row, archived: true })));
    edge = archive.edge;
  }
  const shown = rows.slice(0, limit);
  const names = await namesOf(
    context,
    shown.map(({ row }) => row),
  );
  return {
    items: shown.map(({ row, archived }) => toEntry(row, archived, names)),
    next: nextOf(rows.length > limit ? BigInt(shown.at(-1)?.row.position ?? 0) : edge),
  };
}

function nextOf(position: Position | undefined): string | null {
  return position === undefined ? null : toCursor('audit', [String(position)]);
}

/** Times become positions, to the second: every index ends with them. What is left of a second is told by the rows. */
async function rangeOf(context: ReadContext, request: AuditRequest, moment: Moment): Promise<Range> {
  const { since, until, cursor } = request;
  const before = [moment.live ? END_OF_TIME : moment.position + 1n];
  if (cursor !== undefined) before.push(BigInt(fromCursor(cursor, 'audit', 1)[0] ?? 0));
  if (until !== undefined) {
    const { last, isNewest } = await clockBefore(context, secondOf(Date.parse(until)) + 1_000);
    if (!isNewest) before.push(last + 1n);
  }
  return {
    after: since === undefined ? START : (await clockBefore(context, secondOf(Date.parse(since)))).last,
    before: before.reduce((least, one) => (one < least ? one : least)),
  };
}

/** The last position before a full second, and whether the clock has not gone further yet. */
async function clockBefore(
  context: ReadContext,
  secondMs: number,
): Promise<{ readonly last: Position; readonly isNewest: boolean }> {
  const second = new Date(secondMs).toISOString();
  const [row] = await select<{ last: string | null; later: boolean }>(
    context,
    `select (select last_position from read.${clockTable} where tenant = ? and second < ? order by second desc limit 1) as last,
       exists (select from read.${clockTable} where tenant = ? and second >= ?) as later`,
    [context.tenant, second, context.tenant, second],
  );
  return { last: BigInt(row?.last ?? 0), isNewest: row?.later !== true };
}

function timesOf({ since, until }: AuditRequest): readonly Condition[] {
  return [
    ...(since === undefined ? [] : [{ sql: 'at >= ?::timestamptz', bindings: [since] }]),
    ...(until === undefined ? [] : [{ sql: 'at < ?::timestamptz', bindings: [until] }]),
  ];
}

/** Agents are named by what they say later than they enrol: such rows go by the name of now. */
async function namesOf(
  context: ReadContext,
  rows: readonly StoredEntry[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [
    ...new Set(rows.filter(({ entity_name }) => entity_name === '').map(({ entity_id }) => entity_id)),
  ];
  if (ids.length === 0) return new Map();
  const found = await select<{ entity_id: string; name: string }>(
    context,
    `select e.entity_id, e.name from unnest(?::text[]) wanted(id)
     join read.${auditEntityTable} e on e.entity_type = 'Agent' and e.entity_id = wanted.id and e.part = ''`,
    [ids],
  );
  return new Map(found.map(({ entity_id, name }) => [entity_id, name]));
}

function toEntry(row: StoredEntry, archived: boolean, names: ReadonlyMap<string, string>): AuditListRow {
  return {
    position: row.position,
    eventId: row.event_id,
    type: row.type,
    timestamp: toIso(row.at),
    tenant: row.tenant,
    actor: row.actor,
    actorRole: row.actor_role,
    entityType: row.entity_type,
    entityId: row.entity_id,
    entityName: row.entity_name || (names.get(row.entity_id) ?? ''),
    action: row.action,
    before: row.before,
    after: row.after,
    sourceIp: row.source_ip,
    traceId: row.trace_id,
    correlationId: row.correlation_id,
    additional: row.additional,
    archived,
  };
}
