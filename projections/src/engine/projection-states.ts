import type { Position } from '@ampora/kernel';
import type { ProjectionRequest, ProjectionState } from './bookkeeping.ts';
import type { Comparison } from './comparison.ts';

export interface ProjectionListRow {
  readonly name: string;
  readonly version: number;
  /** `rebuild`: it grows beside the tables that it will replace. */
  readonly slot: 'live' | 'rebuild';
  readonly state: ProjectionState;
  readonly paused: boolean;
  readonly held: boolean;
  readonly share: number;
  readonly position: string;
  readonly head: string;
  readonly lagEvents: number;
  readonly lagSeconds: number | null;
  /** Events per second lately. */
  readonly rate: number;
  readonly eventsDone: number;
  readonly progress: number;
  readonly etaSeconds: number | null;
  readonly failure: ProjectionFailure | null;
  readonly lastError: string | null;
  readonly poisonPosition: string | null;
  readonly pending: ProjectionRequest | null;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  readonly comparison: Comparison | null;
  readonly actions: readonly ProjectionRequest[];
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly owner: string | null;
}

export interface ProjectionFailure {
  readonly category: 'poison' | 'shape';
  readonly message: string;
  readonly position: string | null;
  readonly type: string | null;
  readonly stream: string | null;
}

export interface StoredProjection {
  readonly name: string;
  readonly version: number;
  readonly slot: 'live' | 'shadow';
  readonly state: ProjectionState;
  readonly state_before_failure: ProjectionState | null;
  readonly position: string;
  readonly rate: number;
  readonly position_rate: number;
  readonly error: string | null;
  readonly poison_position: string | null;
  readonly poison_type: string | null;
  readonly poison_stream: string | null;
  readonly request: ProjectionRequest | null;
  readonly paused: boolean;
  readonly held: boolean;
  readonly share: number;
  readonly comparison: Comparison | null;
  readonly events_done: string;
  readonly lock_owner: string | null;
  readonly started_at: Date;
  readonly updated_at: Date;
  readonly table_rows: Readonly<Record<string, number>>;
}

/** With an estimate of the rows of each table: of the planner, or of what was written since. */
export const storedProjectionsSql = `
  select p.*, (
      select coalesce(json_object_agg(c.relname, greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)), '{}'::json)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = case p.slot when 'live' then 'read' else 'read_shadow' end and c.relname = any(p.tables)
    ) as table_rows
  from read.projections p order by p.name, p.version, p.slot`;

interface Surroundings {
  readonly head: Position;
  readonly nowMs: number;
  /** When the first event after a position was stored, in Unix milliseconds. */
  readonly nextAtMs: ReadonlyMap<string, number>;
  readonly rows: readonly StoredProjection[];
}

/** Positions are compared, never counted: how far they have come towards the head is an estimate. */
export function toProjectionRow(
  row: StoredProjection,
  { head, nowMs, nextAtMs, rows }: Surroundings,
): ProjectionListRow {
  const position = BigInt(row.position);
  const missing = head > position ? head - position : 0n;
  const progress = head === 0n || missing === 0n ? 1 : Number((position * 1_000_000n) / head) / 1_000_000;
  const moves = row.state === 'building' && missing > 0n && !row.paused;
  const nextMs = nextAtMs.get(row.position);
  return {
    name: row.name,
    version: row.version,
    slot: row.slot === 'live' ? 'live' : 'rebuild',
    state: row.state,
    paused: row.paused,
    held: row.held,
    share: row.share,
    position: row.position,
    head: String(head),
    lagEvents: row.state === 'retired' ? 0 : Number(missing),
    lagSeconds: lagSecondsOf(row, missing, nowMs, nextMs),
    rate: row.paused ? 0 : Math.round(row.rate * 10) / 10,
    eventsDone: Number(row.events_done),
    progress: Math.min(1, Math.max(0, progress)),
    etaSeconds: moves && row.position_rate > 0 ? Math.ceil(Number(missing) / row.position_rate) : null,
    failure: failureOf(row),
    lastError: row.error,
    poisonPosition: row.poison_position,
    pending: row.request,
    tables: Object.entries(row.table_rows).map(([name, count]) => ({ name, rows: Math.round(count) })),
    comparison: row.comparison,
    actions: actionsOf(row, rows),
    startedAt: row.started_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    owner: row.lock_owner,
  };
}

function lagSecondsOf(
  { state }: StoredProjection,
  missing: Position,
  nowMs: number,
  nextMs: number | undefined,
): number | null {
  if (missing === 0n || state === 'retired') return 0;
  return nextMs === undefined ? null : Math.max(0, Math.round((nowMs - nextMs) / 100) / 10);
}

function failureOf(row: StoredProjection): ProjectionFailure | null {
  if (row.state !== 'failed') return null;
  return {
    category: row.poison_position === null ? 'shape' : 'poison',
    message: row.error ?? '',
    position: row.poison_position,
    type: row.poison_type,
    stream: row.poison_stream,
  };
}

type Standing = Pick<
  StoredProjection,
  | 'name'
  | 'version'
  | 'slot'
  | 'state'
  | 'state_before_failure'
  | 'paused'
  | 'held'
  | 'comparison'
  | 'request'
>;

/** What an operator may ask of a projection as it stands. */
export function actionsOf(row: Standing, rows: readonly Standing[]): readonly ProjectionRequest[] {
  if (row.request === 'cancel' || row.request === 'retire') return [];
  const { state } = row;
  const resting: ProjectionRequest = row.paused ? 'resume' : 'pause';
  const comparing: ProjectionRequest[] = row.comparison?.state === 'running' ? [] : ['compare'];
  if (row.slot === 'shadow') {
    if (state === 'building') return [resting, 'cancel'];
    if (state === 'failed') return ['retry', 'cancel'];
    return row.paused ? ['resume', 'cancel'] : ['pause', ...comparing, 'switch', 'cancel'];
  }
  const others = rows.filter((one) => one.name === row.name && one.state !== 'retired');
  const hasRebuild = others.some(({ slot, version }) => slot === 'shadow' && version === row.version);
  const rebuilding: ProjectionRequest[] = hasRebuild ? [] : ['rebuild'];
  const hasSibling = others.some(({ slot, version }) => slot === 'live' && version !== row.version);
  const served = state === 'serving' || row.state_before_failure === 'serving';
  const retiring: ProjectionRequest[] = hasSibling && !served && !hasRebuild ? ['retire'] : [];
  if (state === 'retired') return [];
  if (state === 'building') return [resting, ...retiring];
  if (state === 'failed') return ['retry', ...rebuilding, ...retiring];
  const comparable = hasSibling ? comparing : [];
  const switching: ProjectionRequest[] = state === 'caught-up' ? ['switch'] : [];
  return [...rebuilding, ...comparable, ...switching, ...retiring];
}
