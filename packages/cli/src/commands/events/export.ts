import { once } from 'node:events';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { apiAction, type ApiCall, toList } from '../../output/api-command.ts';
import { createProgress } from '../../output/progress.ts';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type Download, downloadToFile, downloadToOutput } from './download-export.ts';
import { stopOnSignal } from './stop-on-signal.ts';

const formats = ['jsonl', 'csv', 'parquet'] as const;

export function register(events: Command): void {
  events
    .command('export')
    .description('Events as a file that can be proven: JSONL (CloudEvents), CSV or Parquet')
    .addOption(
      new Option('--format <format>', 'how to write; default: by the name of the file').choices(formats),
    )
    .option('--type <types>', 'event types', toList)
    .option('--stream <stream>', 'exactly this stream')
    .option('--agent <id>', 'the events of an agent, and what was assigned to it')
    .option('--entity-type <type>', 'Agent, Assignment, AuditLog, Configuration, Content, Person or Tenant')
    .option('--entity-id <id>', 'with --entity-type')
    .addOption(new Option('--entity <id>').hideHelp())
    .option('--actor <actors>', 'who did it', toList)
    .option('--since <moment>', 'from this time (RFC 3339) or log position on', toMoment)
    .option('--until <moment>', 'up to this time or log position, inclusive', toMoment)
    .option('--output <file>', 'write here instead of to standard output; FILE.part until it is whole')
    .option('--resume', 'go on with what an interrupted export left in FILE.part')
    .option('--proofs', 'with proofs: between the events, or in FILE.proofs beside CSV and Parquet (default)')
    .option('--no-proofs', 'events alone')
    .addHelpText(
      'after',
      `\nVerify it with: ampora events verify FILE --key <key> (ampora events keys shows them)\nExit codes: 0 whole, ${exitCodes.failed} stopped or cut, ${exitCodes.unreachable} no server, ${exitCodes.refused} refused.`,
    )
    .action(apiAction(exportEvents));
}

interface ExportOptions {
  readonly format?: (typeof formats)[number];
  readonly type?: readonly string[];
  readonly stream?: string;
  readonly agent?: string;
  readonly entityType?: string;
  readonly entityId?: string;
  readonly entity?: string;
  readonly actor?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
  readonly resume?: boolean;
  readonly proofs?: boolean;
}

async function exportEvents({ url, options }: ApiCall<ExportOptions>): Promise<void> {
  const { output, resume = false, proofs: withProofs = true } = options;
  const format = options.format ?? formats.find((each) => output?.endsWith(`.${each}`)) ?? 'jsonl';
  if (resume && output === undefined)
    throw new CommandFailure('--resume needs the --output FILE that was interrupted.', exitCodes.usage);
  const stop = stopOnSignal();
  const progress = createProgress('Exporting');
  const filter = filterOf(options);
  const download: Download = {
    url,
    format,
    withProofs,
    query: { format, ...(withProofs ? {} : { proofs: 'false' }), ...filter },
    signal: stop.signal,
    progress,
  };
  try {
    if (output === undefined) {
      await downloadToOutput(download, toOutput);
      return;
    }
    const treeSize = await downloadToFile(download, output, resume);
    if (withProofs && format !== 'jsonl') {
      const proofs = {
        ...download,
        format: 'proofs' as const,
        query: { format: 'proofs', ...filter },
        treeSize,
      };
      await downloadToFile(proofs, `${output}.proofs`, resume);
    }
    progress.stop();
    console.error(`${output} is whole. It ends at the root of ${treeSize} events.`);
  } finally {
    progress.stop();
  }
}

function filterOf(options: ExportOptions): Record<string, string> {
  const { type, stream, agent, entityType, entityId = options.entity, actor, since, until } = options;
  const asked = {
    type: type?.join(','),
    stream,
    agentId: agent,
    entityType,
    entityId,
    actor: actor?.join(','),
    since,
    until,
  };
  return Object.fromEntries(
    Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

async function toOutput(bytes: Uint8Array): Promise<void> {
  if (process.stdout.destroyed || process.stdout.write(bytes)) return;
  await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]);
}

function toMoment(text: string): string {
  if (/^\d{1,19}$/.test(text)) return text;
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new InvalidArgumentError('It is a time such as 2026-01-31T12:00:00Z, or a log position.');
  return new Date(ms).toISOString();
}
