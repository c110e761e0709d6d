import type { Command } from '#lib/cli/command-line.ts';
import type { AuditQuery } from './audit-query.ts';

/** The same entries from the command line. */
export function auditCommand(query: AuditQuery, at: string | null): Command {
  return {
    words: ['audit', 'list'],
    options: [
      ['--actor', query.actor],
      ['--action', query.action],
      ['--entity-type', query.entityType],
      ['--entity-id', query.entityId],
      ['--since', query.since],
      ['--until', query.until],
      ['--text', query.text],
      ['--include-archive', query.includeArchive],
    ],
    at,
  };
}
