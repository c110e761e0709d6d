import { type AuditEvent, streamOf } from '@ampora/catalogue';
import { typedEvents } from '../event-writing/read-typed.ts';
import type { EventLog } from '../ports/event-log.ts';

/** Events of a tenant whose data was taken out of the log so far, by what the log says of it. */
export async function countScavenged(log: EventLog, tenant: string): Promise<number> {
  const rounds = typedEvents<AuditEvent>(await log.readStream(streamOf.logScavenging(tenant)));
  return rounds.reduce(
    (sum, event) => sum + (event.type === 'LogScavengeFinished' ? event.data.scavenged : 0),
    0,
  );
}
