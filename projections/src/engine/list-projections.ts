import type { EventLog } from '@ampora/application/ports';
import { type Position, START } from '@ampora/kernel';
import {
  type ProjectionListRow,
  type StoredProjection,
  storedProjectionsSql,
  toProjectionRow,
} from './projection-states.ts';

export interface ListingSources {
  readonly eventLog: EventLog;
  select(sql: string): Promise<readonly StoredProjection[]>;
}

/** Every projection with its progress, its lag and what may be asked of it. */
export async function listProjections({
  eventLog,
  select,
}: ListingSources): Promise<readonly ProjectionListRow[]> {
  const rows = await select(storedProjectionsSql);
  // After the rows: none of them can be ahead of it.
  const head = await eventLog.head().catch(() => START);
  const behind = new Set(
    rows
      .filter(({ state, position }) => state !== 'retired' && BigInt(position) < head)
      .map(({ position }) => position),
  );
  const nextAtMs = new Map<string, number>();
  await Promise.all(
    [...behind].map(async (position) => {
      const atMs = await timeAfter(eventLog, BigInt(position)).catch(() => undefined);
      if (atMs !== undefined) nextAtMs.set(position, atMs);
    }),
  );
  const nowMs = Date.now();
  return rows.map((row) => toProjectionRow(row, { head, nowMs, nextAtMs, rows }));
}

async function timeAfter(eventLog: EventLog, position: Position): Promise<number | undefined> {
  for await (const [event] of eventLog.readAll({ from: position, maxCount: 1, pageSize: 1 }))
    return event?.recordedAtMs;
  return undefined;
}
