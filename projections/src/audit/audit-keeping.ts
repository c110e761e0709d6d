import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { auditArchiveTable, auditRetentionTable, auditTable } from './audit-row.ts';

export interface AuditKept {
  readonly rows: number;
  readonly oldest: string | null;
}

export interface AuditKeeping {
  readonly hot: AuditKept;
  readonly archive: AuditKept;
  readonly lastSweep: { readonly at: string; readonly archived: number; readonly purged: number } | null;
}

/** Tables larger than this are not counted but estimated. */
const mostCounted = 100_000;

async function kept(context: ReadContext, table: string): Promise<AuditKept> {
  const [row] = await select<{ counted: number; estimate: number; oldest: Date | null }>(
    context,
    `select (select count(*)::int from (select from read.${table} where tenant = ? limit ${mostCounted}) found) as counted,
       (select greatest(reltuples, 0)::float8 from pg_class where oid = 'read.${table}'::regclass) as estimate,
       (select at from read.${table} where tenant = ? order by position limit 1) as oldest`,
    [context.tenant, context.tenant],
  );
  if (!row) return { rows: 0, oldest: null };
  const isLarge = row.counted >= mostCounted;
  return {
    rows: isLarge ? Math.max(row.counted, Math.round(row.estimate)) : row.counted,
    oldest: toIso(row.oldest),
  };
}

/** What is kept of the audit log, and what the last sweep did. */
export async function auditKeeping(context: ReadContext): Promise<AuditKeeping> {
  const [hot, archive, sweeps] = await Promise.all([
    kept(context, auditTable),
    kept(context, auditArchiveTable),
    select<{ swept_at: Date; archived: string; purged: string }>(
      context,
      `select swept_at, archived, purged from read.${auditRetentionTable} where tenant = ?`,
      [context.tenant],
    ),
  ]);
  const [last] = sweeps;
  return {
    hot,
    archive,
    lastSweep: last
      ? { at: toIso(last.swept_at), archived: Number(last.archived), purged: Number(last.purged) }
      : null,
  };
}

/** Ages from which on rows are old, in Unix milliseconds. */
export interface AgeBounds {
  readonly hotBeforeMs: number;
  readonly archiveBeforeMs: number;
}

export interface AgedRows {
  /** Hot rows below `hotBeforeMs`. */
  readonly archived: number;
  /** Rows below `archiveBeforeMs`, wherever they are now. */
  readonly purged: number;
}

/**
 * What a sweep to `bounds` would move and delete that the sweep to `last` did not: so that nothing is counted twice
 * while the read model has not followed the last one yet.
 */
export async function countAgedRows(
  context: ReadContext,
  last: AgeBounds,
  bounds: AgeBounds,
): Promise<AgedRows> {
  const time = (ms: number) => new Date(ms).toISOString();
  const hot = [context.tenant, time(last.hotBeforeMs), time(bounds.hotBeforeMs)];
  const purgeFrom = [context.tenant, time(last.archiveBeforeMs), time(bounds.archiveBeforeMs)];
  const aged = 'tenant = ? and at >= ?::timestamptz and at < ?::timestamptz';
  const [row] = await select<{ archived: number; purged: number }>(
    context,
    `select (select count(*)::int from read.${auditTable} where ${aged}) as archived,
       (select count(*)::int from read.${auditTable} where ${aged} and at < ?::timestamptz) +
       (select count(*)::int from read.${auditArchiveTable} where ${aged}) as purged`,
    [...hot, ...purgeFrom, time(bounds.hotBeforeMs), ...purgeFrom],
  );
  return row ?? { archived: 0, purged: 0 };
}
