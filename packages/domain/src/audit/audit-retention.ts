import type { AuditEvent } from '@ampora/catalogue';

/** How long the audit log is kept, in days of age: hot until `hotDays`, in the archive until `archiveDays`. */
export interface AuditRetentionPolicy {
  readonly hotDays: number;
  readonly archiveDays: number;
}

/** Times before which rows are old, in Unix milliseconds. A row exactly as old as the days of its policy stays. */
export interface AuditBounds {
  readonly hotBeforeMs: number;
  readonly archiveBeforeMs: number;
}

export interface AgedRowCount {
  readonly archived: number;
  readonly purged: number;
}

const dayMs = 86_400_000;

export const neverSwept: AuditBounds = { hotBeforeMs: 0, archiveBeforeMs: 0 };

/** The bounds at a time. What is archived does not come back when a policy grows: bounds never fall. */
export function auditBounds(policy: AuditRetentionPolicy, nowMs: number, last: AuditBounds): AuditBounds {
  return {
    hotBeforeMs: Math.max(last.hotBeforeMs, nowMs - policy.hotDays * dayMs),
    archiveBeforeMs: Math.max(last.archiveBeforeMs, nowMs - policy.archiveDays * dayMs),
  };
}

/** The sweep to these bounds, when anything moves by it. */
export function sweepAudit(
  policy: AuditRetentionPolicy,
  bounds: AuditBounds,
  aged: AgedRowCount,
): readonly AuditEvent[] {
  if (aged.archived === 0 && aged.purged === 0) return [];
  return [{ type: 'AuditRetentionSwept', data: { ...policy, ...bounds, ...aged } }];
}

/** Sweeps are due at whole multiples of the interval, so that every process knows the next one without being told. */
export function nextSweepMs(intervalMinutes: number, afterMs: number): number {
  const intervalMs = intervalMinutes * 60_000;
  return (Math.floor(afterMs / intervalMs) + 1) * intervalMs;
}
