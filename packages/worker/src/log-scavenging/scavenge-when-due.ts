import type { Logger } from '@ampora/platform';
import { pause } from '../leadership/leadership.ts';
import { finishScavenging, scavengeLog, type ScavengeLogOptions } from './scavenge-log.ts';

export interface ScavengeWhenDueOptions extends ScavengeLogOptions {
  readonly logger: Logger;
  /** Ends it. */
  readonly signal: AbortSignal;
}

const dayMs = 86_400_000;
const longestPauseMs = 60_000;

/** Finishes at once what was left undone, and scavenges whenever a day (UTC) has begun: a round reads the whole log. */
export async function scavengeWhenDue(options: ScavengeWhenDueOptions): Promise<void> {
  const { signal, logger, tenant, nowMs = Date.now } = options;
  let round = finishScavenging;
  let dueMs = nowMs();
  while (!signal.aborted) {
    if (nowMs() >= dueMs) {
      try {
        const scavenged = await round(options);
        if (scavenged > 0) logger.info('Superseded reports were taken out of the log', { tenant, scavenged });
        round = scavengeLog;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn('The log could not be scavenged; what is left is done the next time', { tenant, error });
      }
      dueMs = (Math.floor(nowMs() / dayMs) + 1) * dayMs;
    }
    await pause(Math.max(1, Math.min(dueMs - nowMs(), longestPauseMs)), signal);
  }
}
