import type { AuditEntry, AuditRetention } from '@ampora/api-contract';
import type { Command } from 'commander';
import { allPages, collect, pageSize } from '../output/all-pages.ts';
import { apiAction, type ApiCall, toCount, toList } from '../output/api-command.ts';
import {
  outputOption,
  type OutputFormat,
  printDocument,
  printFields,
  printList,
} from '../output/output-format.ts';
import { timeText } from '../output/time-text.ts';

export function register(program: Command): void {
  const audit = program
    .command('audit')
    .description('Who did what to which thing, and how long that is kept');

  audit
    .command('list')
    .description('The audit log, newest first')
    .option('--actor <actor>', 'by whom: person:<id>, agent:<id>, loopback, system')
    .option('--action <actions>', 'Created, Edited, Published, Assigned, …', toList)
    .option('--entity-type <types>', 'Configuration, Assignment, Agent, Person, …', toList)
    .option('--entity-id <id>', 'exactly this thing')
    .option('--since <time>', 'recorded at or after this RFC 3339 time')
    .option('--until <time>', 'recorded before this RFC 3339 time')
    .option('--text <text>', 'anywhere in name, before, after or additional')
    .option('--include-archive', 'look into the archive as well (Admin; it is recorded that you did)')
    .option('--limit <count>', 'rows at the most', toCount, 50)
    .option('--at <moment>', 'as it was: an RFC 3339 time or a log position')
    .addOption(outputOption())
    .action(apiAction(list));

  audit
    .command('retention')
    .description('How long the audit log is kept, and what is there')
    .option('--sweep', 'archive and purge what is old enough first (Admin)')
    .addOption(outputOption())
    .action(apiAction(retention));
}

interface ListOptions {
  readonly actor?: string;
  readonly action?: readonly string[];
  readonly entityType?: readonly string[];
  readonly entityId?: string;
  readonly since?: string;
  readonly until?: string;
  readonly text?: string;
  readonly includeArchive?: boolean;
  readonly limit: number;
  readonly at?: string;
  readonly output: OutputFormat;
}

async function list({ call, options }: ApiCall<ListOptions>): Promise<void> {
  const { actor, action, entityType, entityId, since, until, text, limit, at } = options;
  const query = {
    ...{ actor, action, entityType, entityId, since, until, text, at },
    includeArchive: options.includeArchive === true ? ('true' as const) : ('false' as const),
    limit: Math.min(limit, pageSize),
  };
  const rows = await collect(
    allPages((cursor) => call('listAuditEvents', { query: { ...query, cursor } }), limit),
  );
  printList<AuditEntry>(rows, options.output, {
    columns: [
      { title: 'POSITION', of: (row) => row.position, align: 'right' },
      { title: 'TIME', of: (row) => timeText(row.timestamp) },
      { title: 'ACTOR', of: (row) => row.actorName ?? row.actor },
      { title: 'ACTION', of: (row) => row.action },
      { title: 'TYPE', of: (row) => row.entityType },
      { title: 'NAME', of: (row) => row.entityName || row.entityId },
      { title: 'MORE', of: (row) => moreOf(row) },
    ],
    nameOf: (row) => row.position,
    none: 'There is no such entry.',
  });
}

function moreOf({ additional, archived }: AuditEntry): string {
  const told = Object.entries(additional).flatMap(([name, value]) =>
    value === null || value === ''
      ? []
      : [`${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`],
  );
  return [...(archived ? ['(archived)'] : []), ...told].join(' ');
}

async function retention({
  call,
  options,
}: ApiCall<{ sweep?: boolean; output: OutputFormat }>): Promise<void> {
  let after: string | undefined;
  if (options.sweep === true) {
    const { position, archived, purged } = await call('sweepAuditRetention', {});
    after = position ?? undefined;
    console.error(
      position === null ? 'Nothing was old enough.' : `${archived} entries archived, ${purged} purged.`,
    );
  }
  const kept = await call('getAuditRetention', { query: { after } });
  const { output } = options;
  if (output === 'json' || output === 'yaml') return printDocument(kept, output);
  printFields(fieldsOf(kept));
}

function fieldsOf(kept: AuditRetention): [string, string][] {
  const { hot, archive, lastSweep, log } = kept;
  const since = (oldest: string | null) => (oldest === null ? '' : `, the oldest of ${timeText(oldest)}`);
  return [
    ['Hot', `${hot.rows} entries${since(hot.oldest)}; to the archive after ${kept.hotDays} days`],
    ['Archive', `${archive.rows} entries${since(archive.oldest)}; purged after ${kept.archiveDays} days`],
    [
      'Last sweep',
      lastSweep === null
        ? 'none yet'
        : `${timeText(lastSweep.at)}: ${lastSweep.archived} archived, ${lastSweep.purged} purged`,
    ],
    ['Next sweep', `${timeText(kept.nextSweepAt)}, every ${kept.sweepIntervalMinutes} minutes`],
    [
      'Log',
      log.policy === 'keep'
        ? 'kept for good'
        : `superseded agent reports scavenged after ${log.policy.days} days; ${log.scavenged} so far`,
    ],
  ];
}
