import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { apiAction, type ApiCall, toList } from '../../output/api-command.ts';
import { createProgress } from '../../output/progress.ts';
import { headOf, pagesAfter } from './read-log.ts';
import { stopOnSignal } from './stop-on-signal.ts';

export function register(events: Command): void {
  events
    .command('export')
    .description('Stored events from first to last, one JSON object a line')
    .option('--from <position>', 'begin at this position', toPosition)
    .option('--to <position>', 'end at this position', toPosition)
    .option('--type <types>', 'event types', toList)
    .option('--stream <stream>', 'exactly this stream')
    .option('--output <file>', 'write here instead of to standard output; with --from, append')
    .addOption(new Option('-o <format>', 'how to write').choices(['jsonl']).default('jsonl'))
    .action(apiAction(exportEvents));
}

interface ExportOptions {
  readonly type?: readonly string[];
  readonly stream?: string;
  readonly from?: bigint;
  readonly to?: bigint;
  readonly output?: string;
}

async function exportEvents({ call, options }: ApiCall<ExportOptions>): Promise<void> {
  const { from = 1n, output, type, stream } = options;
  const stop = stopOnSignal();
  const head = BigInt(await headOf(call));
  const to = options.to === undefined || options.to > head ? head : options.to;
  const sink =
    output === undefined ? process.stdout : await openSink(output, options.from === undefined ? 'w' : 'a');
  const progress = createProgress('Exporting');
  const total = to >= from ? Number(to - from) + 1 : 0;
  let written = 0;
  let last = from - 1n;
  try {
    for await (const page of pagesAfter(call, { type, stream }, from - 1n)) {
      const within = page.filter((event) => BigInt(event.position) <= to);
      const text = within.map((event) => `${JSON.stringify(event)}\n`).join('');
      if (text !== '' && !sink.write(text)) await once(sink, 'drain');
      written += within.length;
      last = BigInt(within.at(-1)?.position ?? last);
      progress.show(Number(last - from) + 1, total);
      if (within.length < page.length || last >= to || stop.signal.aborted) break;
    }
    if (!stop.signal.aborted) progress.show(total, total);
  } finally {
    progress.stop();
    if (sink !== process.stdout) await closeSink(sink);
    if (written > 0) console.error(`${written} events, up to position ${last}.`);
  }
  if (stop.signal.aborted && last < to)
    throw new CommandFailure(`Stopped before the end. Go on with --from ${last + 1n}.`, exitCodes.failed);
}

async function openSink(path: string, flags: 'w' | 'a'): Promise<Writable> {
  const sink = createWriteStream(path, { flags });
  try {
    await once(sink, 'open');
  } catch (error) {
    const { code = 'unwritable' } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`${path} cannot be written (${code}).`, exitCodes.failed);
  }
  return sink;
}

async function closeSink(sink: Writable): Promise<void> {
  sink.end();
  await once(sink, 'close');
}

function toPosition(text: string): bigint {
  if (/^\d{1,19}$/.test(text) && BigInt(text) > 0n) return BigInt(text);
  throw new InvalidArgumentError('It is a log position: a whole number from 1.');
}
