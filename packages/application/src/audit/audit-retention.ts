import { type AuditEvent, streamOf } from '@ampora/catalogue';
import {
  type AgedRowCount,
  type AuditBounds,
  auditBounds,
  type AuditRetentionPolicy,
  neverSwept,
  nextSweepMs,
  sweepAudit,
} from '@ampora/domain';
import type { EventMetadata, Position } from '@ampora/kernel';
import type { CommandContext } from '../configuration/configuration-commands.ts';
import { typedEvents } from '../event-writing/read-typed.ts';
import { idsOf, stampEvents } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';

export interface AuditSwept extends AgedRowCount {
  /** Null when nothing was old enough, or somebody else swept at the same moment. */
  readonly position: Position | null;
}

export interface AuditRetentionOptions {
  readonly log: EventLog;
  readonly policy: AuditRetentionPolicy;
  readonly sweepIntervalMinutes: number;
  /** Rows of the read model that are older than `bounds` and were not yet older than `last`. */
  readonly countAged: (last: AuditBounds, bounds: AuditBounds) => Promise<AgedRowCount>;
  /** Told of each sweep once, by whoever recorded it. */
  readonly onSwept?: (swept: AgedRowCount & { readonly tenant: string }) => void;
  readonly nowMs?: () => number;
}

export interface AuditRetention {
  readonly policy: AuditRetentionPolicy;
  readonly sweepIntervalMinutes: number;
  /** When the next sweep after a time is due, in Unix milliseconds. */
  nextDueMs(afterMs: number): number;
  /** Records that what is old by now goes to the archive, or for good. Safe to run at several places at once. */
  sweep(context: CommandContext): Promise<AuditSwept>;
}

export function createAuditRetention(options: AuditRetentionOptions): AuditRetention {
  const { log, policy, sweepIntervalMinutes, countAged, onSwept, nowMs = Date.now } = options;
  return {
    policy,
    sweepIntervalMinutes,
    nextDueMs: (afterMs) => nextSweepMs(sweepIntervalMinutes, afterMs),
    async sweep({ commandId, metadata }) {
      const { tenant } = metadata;
      const streamId = streamOf.auditRetention(tenant);
      const [newest] = await log.readStream(streamId, { direction: 'backwards', maxCount: 1 });
      const last = newest ? boundsOf(typedEvents<AuditEvent>([newest])) : neverSwept;
      const bounds = auditBounds(policy, nowMs(), last);
      const aged = await countAged(last, bounds);
      const events = sweepAudit(policy, bounds, aged);
      if (events.length === 0) return { position: null, archived: 0, purged: 0 };
      const stamped: EventMetadata = { ...metadata, causationId: commandId };
      const [result] = await log.append([
        {
          streamId,
          expectedRevision: newest ? newest.revision : 'no-stream',
          events: stampEvents(events, stamped, idsOf(commandId, streamId)),
        },
      ]);
      if (result?.outcome !== 'appended') return { position: null, archived: 0, purged: 0 };
      if (!result.repeated) onSwept?.({ tenant, ...aged });
      return { position: result.position, ...aged };
    },
  };
}

function boundsOf([event]: readonly AuditEvent[]): AuditBounds {
  return event?.type === 'AuditRetentionSwept' ? event.data : neverSwept;
}
