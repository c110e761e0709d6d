import { type ExportEvent, streamOf } from '@ampora/catalogue';
import type { Position } from '@ampora/kernel';
import type { CommandContext } from '../configuration/configuration-commands.ts';
import { idsOf, stampEvents } from '../event-writing/stamp-events.ts';
import type { EventLog } from '../ports/event-log.ts';

/** Records that somebody exports events; to be called before any of them is shown. */
export async function recordExport(
  log: EventLog,
  data: ExportEvent['data'],
  { commandId, metadata }: CommandContext,
): Promise<Position> {
  const streamId = streamOf.auditAccess(metadata.tenant);
  const events = stampEvents(
    [{ type: 'AuditExported', data }],
    { ...metadata, causationId: commandId },
    idsOf(commandId, streamId),
  );
  const [result] = await log.append([{ streamId, expectedRevision: 'any', events }]);
  if (result?.outcome !== 'appended') throw new Error('The export could not be recorded');
  return result.position;
}
