import type { FieldExplanation } from '@ampora/api-contract';
import { Argument, type Command, Option } from 'commander';
import { apiAction, type ApiCall } from '../output/api-command.ts';
import { printDocument, printFields } from '../output/output-format.ts';
import { parseConfigurationName, resolveAgentId, resolveConfiguration } from '../output/resolve.ts';
import { printable } from '../output/table.ts';
import { timeText } from '../output/time-text.ts';
import { causeLines } from './events/causes.ts';

const entities = ['agent', 'drift', 'configuration', 'version', 'assignment'] as const;
type Entity = (typeof entities)[number];

interface WhyOptions {
  readonly at?: string;
  readonly output: 'table' | 'json' | 'yaml';
}

export function register(program: Command): void {
  program
    .command('why')
    .description('Why a value is what it is: the event that gave it, what it was before, and what led to it')
    .addArgument(new Argument('<entity>', 'of what').choices(entities))
    .argument(
      '<name>',
      'an agent, a configuration, name@3 for a version, all for the assignment of all agents',
    )
    .argument('<field>', 'as its page names it; one that is not there is answered with the list')
    .option('--at <moment>', 'as it was: an RFC 3339 time or a log position')
    .addOption(
      new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default('table'),
    )
    .action(apiAction(why));
}

async function why(context: ApiCall<WhyOptions>, entity: Entity, name: string, field: string): Promise<void> {
  const { call, options } = context;
  const { at, output } = options;
  const id = await idOf(context, entity, name);
  const found = await call('explainField', { query: { entity, id, field, at } });
  if (output === 'table') print(found);
  else printDocument(found, output);
}

async function idOf(
  { call, options: { at } }: ApiCall<WhyOptions>,
  entity: Entity,
  name: string,
): Promise<string> {
  if (entity === 'agent' || entity === 'drift' || (entity === 'assignment' && name !== 'all'))
    return resolveAgentId(call, name, at);
  if (entity === 'assignment') return name;
  const { name: configuration, version } = parseConfigurationName(name);
  const { id } = await resolveConfiguration(call, configuration, at);
  return entity === 'version' && version !== undefined ? `${id}@${version}` : id;
}

function print({ field, value, since, event, previous, causes }: FieldExplanation): void {
  printFields(
    (
      [
        [field, textOf(value)],
        ['Since', `${timeText(since.at)} (position ${since.position})`],
        ['By', `${event.type} in ${event.streamId}, ${event.actor}`],
        ['Before', previous ? `${textOf(previous.value)}, since ${timeText(previous.at)}` : 'nothing'],
      ] as const
    ).map(([label, text]) => [label, printable(text)] as const),
  );
  for (const line of causeLines(causes)) console.log(line);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
