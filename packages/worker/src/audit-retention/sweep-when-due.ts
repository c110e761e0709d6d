import { randomUUID } from 'node:crypto';
import type { AuditRetention } from '@ampora/application';
import type { Logger } from '@ampora/platform';
import { pause } from '../leadership/leadership.ts';

export interface SweepWhenDueOptions {
  readonly retention: AuditRetention;
  readonly tenants: readonly string[];
  readonly logger: Logger;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly nowMs?: () => number;
}

/** Longer pauses are cut, so that a clock that is set is noticed. */
const longestPauseMs = 60_000;

/** Sweeps at once, since this process may have been away for long, and then whenever it is due. */
export async function sweepWhenDue(options: SweepWhenDueOptions): Promise<void> {
  const { retention, signal, nowMs = Date.now } = options;
  let dueMs = nowMs();
  while (!signal.aborted) {
    if (nowMs() >= dueMs) {
      await sweepAll(options);
      dueMs = retention.nextDueMs(nowMs());
    }
    await pause(Math.max(1, Math.min(dueMs - nowMs(), longestPauseMs)), signal);
  }
}

/** A tenant whose sweep fails is swept the next time; the others are not kept waiting. */
async function sweepAll({ retention, tenants, logger }: SweepWhenDueOptions): Promise<void> {
  for (const tenant of tenants) {
    const commandId = randomUUID();
    const metadata = { tenant, actor: 'system', actorRole: 'System' as const, correlationId: commandId };
    try {
      const { position, archived, purged } = await retention.sweep({ commandId, metadata });
      if (position !== null) logger.info('The audit log was swept', { tenant, archived, purged });
    } catch (error) {
      logger.warn('The audit log could not be swept; it is tried again when the next sweep is due', {
        tenant,
        error,
      });
    }
  }
}
