import type { StoredEvent } from '@ampora/api-contract';
import type { Command } from 'commander';
import { allPages, collect, pageSize } from '../../output/all-pages.ts';
import { apiAction, type ApiCall, toCount, toList } from '../../output/api-command.ts';
import { outputOption, type OutputFormat, printList } from '../../output/output-format.ts';
import { resolveAgentId } from '../../output/resolve.ts';
import { timeText } from '../../output/time-text.ts';

interface ListOptions {
  readonly type?: readonly string[];
  readonly stream?: string;
  readonly streamPrefix?: readonly string[];
  readonly agent?: string;
  readonly actor?: string;
  readonly correlation?: string;
  readonly causation?: string;
  readonly tenant?: string;
  readonly since?: string;
  readonly until?: string;
  readonly at?: string;
  readonly limit: number;
  readonly output: OutputFormat;
}

export function register(events: Command): void {
  events
    .command('list')
    .description('Events that fit all that is asked for, newest first')
    .option('--type <types>', 'event types', toList)
    .option('--stream <stream>', 'exactly this stream')
    .option('--stream-prefix <prefixes>', 'streams whose names begin so', toList)
    .option('--agent <agent>', 'of one agent: its id, instance uid or exact name')
    .option('--actor <actor>', 'done by this one; agent:* for what agents say of themselves')
    .option('--correlation <id>', 'all that one decision set off')
    .option('--causation <id>', 'what this event caused directly')
    .option('--tenant <tenant>', 'of this tenant')
    .option('--since <time>', 'at this RFC 3339 time or later')
    .option('--until <time>', 'at this RFC 3339 time or earlier')
    .option('--at <moment>', 'as it was: an RFC 3339 time or a log position')
    .option('--limit <count>', 'rows at the most', toCount, 100)
    .addOption(outputOption())
    .action(apiAction(list));
}

async function list({ call, options }: ApiCall<ListOptions>): Promise<void> {
  const { type, stream, streamPrefix, agent, actor, tenant, since, until, at, limit, output } = options;
  const agentId = agent === undefined ? undefined : await resolveAgentId(call, agent, at);
  const query = {
    type,
    stream,
    streamPrefix,
    agentId,
    actor,
    correlationId: options.correlation,
    causationId: options.causation,
    tenant,
    since,
    until,
    at,
    limit: Math.min(limit, pageSize),
  };
  const pages = allPages((cursor) => call('listEvents', { query: { ...query, cursor } }), limit);
  printList<StoredEvent>(await collect(pages), output, {
    columns: [
      { title: 'POSITION', of: (row) => row.position, align: 'right' },
      { title: 'TIME (UTC)', of: (row) => timeText(row.recordedAt) },
      { title: 'TYPE', of: (row) => row.type },
      { title: 'STREAM', of: (row) => `${row.streamId}@${row.revision}` },
      { title: 'ACTOR', of: (row) => row.actor },
      { title: 'CORRELATION', of: (row) => row.correlationId },
    ],
    nameOf: (row) => row.position,
    none: 'No event is like that.',
  });
}
