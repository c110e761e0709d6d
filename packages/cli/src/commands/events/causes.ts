import type { EventCauses } from '@ampora/api-contract';
import { type Command, InvalidArgumentError } from 'commander';
import { apiAction, type ApiCall } from '../../output/api-command.ts';
import { outputOption, type OutputFormat, printDocument } from '../../output/output-format.ts';
import { printable } from '../../output/table.ts';
import { timeText } from '../../output/time-text.ts';

interface CausesOptions {
  readonly at?: string;
  readonly output: OutputFormat;
}

export function register(events: Command): void {
  events
    .command('causes')
    .description('What led to an event, what belongs to it, and what came of it, as a tree')
    .argument('<position>', 'where the event is in the log', toPosition)
    .option('--at <moment>', 'as it was: an RFC 3339 time or a log position')
    .addOption(outputOption())
    .action(apiAction(causes));
}

async function causes({ call, options }: ApiCall<CausesOptions>, position: string): Promise<void> {
  const { at, output } = options;
  const found = await call('getEventCauses', { params: { position }, query: at === undefined ? {} : { at } });
  if (output === 'json' || output === 'yaml') printDocument(found, output);
  else if (output === 'name') for (const { event } of found.nodes) console.log(event.position);
  else for (const line of causeLines(found)) console.log(line);
}

/** One line an event, below the one that caused it and a step to the right. */
export function causeLines({ focus, nodes, isCapped }: EventCauses): readonly string[] {
  const lines: string[] = [];
  const below = Map.groupBy(nodes, ({ parentId }) => parentId);
  const draw = (parentId: string | null, indent: string): void => {
    for (const { event } of below.get(parentId) ?? []) {
      const mark = event.id === focus ? '*' : ' ';
      const what = `${event.type}  ${event.streamId}  ${event.actor}`;
      lines.push(
        printable(`${mark} ${event.position.padStart(8)}  ${timeText(event.recordedAt)}  ${indent}${what}`),
      );
      draw(event.id, `${indent}  `);
    }
  };
  draw(null, '');
  if (isCapped)
    lines.push('… and more: the rest is found with ampora events list --correlation or --causation.');
  return lines;
}

function toPosition(text: string): string {
  if (/^\d{1,19}$/.test(text)) return text;
  throw new InvalidArgumentError('It is a log position: a whole number.');
}
