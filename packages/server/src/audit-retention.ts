import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditRetention, createAuditRetention } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { DEFAULT_TENANT } from '@ampora/domain';
import type { Settings } from '@ampora/platform';
import { seekLeadership, sweepWhenDue } from '@ampora/worker';
import type { Database } from './database.ts';
import type { ReadModels } from './read-models.ts';
import type { Telemetry } from './telemetry.ts';

interface RetentionParts {
  readonly database: Database;
  readonly log: EventLog;
  readonly models: ReadModels;
  /** Of a copy nothing is swept. */
  readonly isCopy: boolean;
}

export interface RunningRetention {
  readonly retention: AuditRetention;
  close(): Promise<void>;
}

const LOOK_AGAIN_MS = 1_000;

/** A sweep counts what it moves: in a read model that is still built, it would count too little. */
async function untilBuilt({ notReady }: ReadModels['queries'], signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await notReady()).length > 0)
    await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
}

/** Sweeps the audit log by the settings, in whichever process leads. */
export function startAuditRetention(
  { AuditRetention: { HotDays, ArchiveDays, SweepIntervalMinutes } }: Settings,
  { database, log, models: { queries }, isCopy }: RetentionParts,
  { logger, metrics }: Telemetry,
): RunningRetention {
  const retention = createAuditRetention({
    log,
    policy: { hotDays: HotDays, archiveDays: ArchiveDays },
    sweepIntervalMinutes: SweepIntervalMinutes,
    countAged: (last, bounds) => queries.countAgedRows(last, bounds),
    onSwept: ({ tenant, archived, purged }) => {
      metrics.audit.archived.inc({ tenant }, archived);
      metrics.audit.purged.inc({ tenant }, purged);
    },
  });
  const own = logger.child('Ampora.AuditRetention');
  if (isCopy) return { retention, close: () => Promise.resolve() };
  const leadership = seekLeadership({
    connectionString: database.connectionString,
    name: 'audit retention',
    logger: own,
    async lead(signal) {
      await untilBuilt(queries, signal);
      await sweepWhenDue({ retention, tenants: [DEFAULT_TENANT], logger: own, signal });
    },
  });
  return { retention, close: () => leadership.close() };
}
