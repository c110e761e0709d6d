import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, StoredEvent } from '@ampora/api-contract';
import { type Command, Option } from 'commander';
import { collect, pageSize } from '../../output/all-pages.ts';
import { apiAction, type ApiCall, toCount, toList } from '../../output/api-command.ts';
import { outputOption, type OutputFormat } from '../../output/output-format.ts';
import { printable, renderTable } from '../../output/table.ts';
import { timeText } from '../../output/time-text.ts';
import { headOf, type LogQuery, pagesAfter } from './read-log.ts';
import { stopOnSignal } from './stop-on-signal.ts';

export function register(events: Command): void {
  events
    .command('tail')
    .description('The newest events, oldest of them first')
    .option('-n, --lines <count>', 'how many', toCount, 20)
    .option('--follow', 'go on with what is appended, until Ctrl-C')
    .option('--type <types>', 'event types', toList)
    .option('--stream <stream>', 'exactly this stream')
    .addOption(
      new Option('--at <moment>', 'as it was: an RFC 3339 time or a log position').conflicts('follow'),
    )
    .addOption(outputOption())
    .action(apiAction(tail));
}

interface TailOptions {
  readonly type?: readonly string[];
  readonly stream?: string;
  readonly lines: number;
  readonly follow?: boolean;
  readonly at?: string;
  readonly output: OutputFormat;
}

const pollMs = 500;

async function tail({ call, options }: ApiCall<TailOptions>): Promise<void> {
  const { type, stream, lines, follow = false, at, output } = options;
  const stop = stopOnSignal();
  // Asked first: what is appended meanwhile is then seen by following, not missed.
  const before = await headOf(call);
  const newest = await collect(newestEvents(call, { type, stream, at }, lines));
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

async function* newestEvents(
  call: Client,
  filter: LogQuery & { readonly at: string | undefined },
  most: number,
): AsyncGenerator<StoredEvent> {
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
