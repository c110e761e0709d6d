import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, StoredEvent } from '@ampora/api-contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { collect, pageSize } from '../output/all-pages.ts';
import { apiAction, type ApiCall, toCount, toList } from '../output/api-command.ts';
import { outputOption, type OutputFormat } from '../output/output-format.ts';
import { createProgress } from '../output/progress.ts';
import { printable, renderTable } from '../output/table.ts';
import { timeText } from '../output/time-text.ts';

interface Filter {
  readonly type?: readonly string[];
  readonly stream?: string;
}

export function register(program: Command): void {
  const events = program.command('events').description('The event log: the truth that all else is made from');

  events
    .command('tail')
    .description('The newest events, oldest of them first')
    .option('-n, --lines <count>', 'how many', toCount, 20)
    .option('--follow', 'go on with what is appended, until Ctrl-C')
    .option('--type <types>', 'event types', toList)
    .option('--stream <stream>', 'exactly this stream')
    .addOption(outputOption())
    .action(apiAction(tail));

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

interface TailOptions extends Filter {
  readonly lines: number;
  readonly follow?: boolean;
  readonly output: OutputFormat;
}

const pollMs = 500;

async function tail({ call, options }: ApiCall<TailOptions>): Promise<void> {
  const { type, stream, lines, follow = false, output } = options;
  const stop = stopOnSignal();
  // Asked first: what is appended meanwhile is then seen by following, not missed.
  const before = await headOf(call);
  const newest = await collect(newestEvents(call, { type, stream }, lines));
  newest.reverse();
  if (newest.length === 0 && !follow) console.error('No such event yet.');
  print(newest, output, follow);
  if (!follow) return;
  let position = BigInt(newest.at(-1)?.position ?? before);
  while (!stop.signal.aborted) {
    for await (const page of pagesAfter(call, { type, stream }, position)) {
      print(page, output, true);
      position = BigInt(page.at(-1)?.position ?? position);
    }
    await sleep(pollMs, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

async function* newestEvents(call: Client, filter: Query, most: number): AsyncGenerator<StoredEvent> {
  let left = most;
  let cursor: string | undefined;
  do {
    const page = await call('listEvents', {
      query: { ...filter, direction: 'backwards', limit: Math.min(left, pageSize), cursor },
    });
    yield* page.items;
    left -= page.items.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && left > 0);
}

interface ExportOptions extends Filter {
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

interface Query {
  readonly type: readonly string[] | undefined;
  readonly stream: string | undefined;
}

/** Pages in the order of the log, after a position: a cursor of this list is the position of the last event before it. */
async function* pagesAfter(call: Client, filter: Query, after: bigint): AsyncGenerator<StoredEvent[]> {
  let cursor = String(after);
  for (;;) {
    const { items, next } = await call('listEvents', {
      query: { ...filter, direction: 'forwards', limit: pageSize, cursor },
    });
    if (items.length > 0) yield items;
    if (next === null) return;
    cursor = next;
  }
}

async function headOf(call: Client): Promise<string> {
  const { items } = await call('listEvents', { query: { direction: 'backwards', limit: 1 } });
  return items[0]?.position ?? '0';
}

function print(events: readonly StoredEvent[], format: OutputFormat, isOpenEnded: boolean): void {
  if (format === 'json' && !isOpenEnded) console.log(JSON.stringify({ items: events }, undefined, 2));
  // What has no end is one document a line.
  else if (format === 'json' || format === 'yaml')
    for (const event of events) console.log(JSON.stringify(event));
  else if (format === 'name') for (const event of events) console.log(event.position);
  else for (const event of events) console.log(lineOf(event));
}

function lineOf(event: StoredEvent): string {
  const [, line = ''] = renderTable(
    [
      { title: '', of: (row: StoredEvent) => row.position.padStart(8) },
      { title: '', of: (row) => timeText(row.recordedAt) },
      { title: '', of: (row) => row.type.padEnd(28) },
      { title: '', of: (row) => `${row.streamId}@${row.revision}` },
      { title: '', of: (row) => row.actor },
    ],
    [event],
  );
  return printable(line);
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

/** The first Ctrl-C ends in good order; the second one is the shell's. */
function stopOnSignal(): AbortController {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return stop;
}

function toPosition(text: string): bigint {
  if (/^\d{1,19}$/.test(text) && BigInt(text) > 0n) return BigInt(text);
  throw new InvalidArgumentError('It is a log position: a whole number from 1.');
}
