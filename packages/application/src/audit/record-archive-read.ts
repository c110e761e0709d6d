import { streamOf } from '@ampora/catalogue';
import type { Position } from '@ampora/kernel';
import type { CommandContext } from '../configuration/configuration-commands.ts';
import { idsOf, stampEvents } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';

/** Records that somebody looks into the archive; to be called before anything of it is shown. */
export async function recordArchiveRead(
  log: EventLog,
  query: Readonly<Record<string, string>>,
  { commandId, metadata }: CommandContext,
): Promise<Position> {
  const streamId = streamOf.auditAccess(metadata.tenant);
  const event = { type: 'AuditArchiveRead' as const, data: { query: { ...query } } };
  const [result] = await log.append([
    {
      streamId,
      expectedRevision: 'any',
      events: stampEvents([event], { ...metadata, causationId: commandId }, idsOf(commandId, streamId)),
    },
  ]);
  if (result?.outcome !== 'appended') throw new Error('The reading of the archive could not be recorded');
  return result.position;
}
