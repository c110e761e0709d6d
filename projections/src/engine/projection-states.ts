import type { Position } from '@ampora/kernel';
import type { ProjectionState } from './bookkeeping.ts';

export interface ProjectionListRow {
  readonly name: string;
  readonly version: number;
  readonly state: ProjectionState;
  readonly position: string;
  readonly head: string;
  /** Events per second lately. */
  readonly rate: number;
  readonly progress: number;
  readonly etaSeconds: number | null;
  readonly lastError: string | null;
  readonly poisonPosition: string | null;
  readonly updatedAt: string;
  /** True for a rebuild that grows beside the tables it will replace. */
  readonly rebuild: boolean;
  readonly eventsDone: string;
  readonly lockOwner: string | null;
}

export interface StoredProjection {
  readonly name: string;
  readonly version: number;
  readonly slot: 'live' | 'shadow';
  readonly state: ProjectionState;
  readonly position: string;
  readonly rate: number;
  readonly position_rate: number;
  readonly error: string | null;
  readonly poison_position: string | null;
  readonly events_done: string;
  readonly lock_owner: string | null;
  readonly updated_at: Date;
}

/** Positions are compared, never counted: how far they have come towards the head is an estimate. */
export function toProjectionRow(row: StoredProjection, head: Position): ProjectionListRow {
  const position = BigInt(row.position);
  const missing = head > position ? head - position : 0n;
  const progress = head === 0n || missing === 0n ? 1 : Number((position * 1_000_000n) / head) / 1_000_000;
  const building = row.state === 'building' && missing > 0n;
  return {
    name: row.name,
    version: row.version,
    state: row.state,
    position: row.position,
    head: String(head),
    rate: Math.round(row.rate * 10) / 10,
    progress: Math.min(1, Math.max(0, progress)),
    etaSeconds: building && row.position_rate > 0 ? Math.ceil(Number(missing) / row.position_rate) : null,
    lastError: row.error,
    poisonPosition: row.poison_position,
    updatedAt: row.updated_at.toISOString(),
    rebuild: row.slot === 'shadow',
    eventsDone: row.events_done,
    lockOwner: row.lock_owner,
  };
}
