import { readFileSync } from 'node:fs';
import type { LintRuleRow, LintSeverity } from '@ampora/api-contract';
import { type Command, Option } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { apiAction, type ApiCall } from '../output/api-command.ts';
import { outputOption, type OutputFormat, printList } from '../output/output-format.ts';
import { timeText } from '../output/time-text.ts';

const severities = ['error', 'warning', 'info'];
const severityOption = (): Option =>
  new Option('--severity <severity>', 'error keeps a configuration from being published').choices(severities);

export function register(program: Command): void {
  const rules = program
    .command('lint-rules')
    .description('What configurations are held to: built-in rules, and rules of your own');

  rules
    .command('list')
    .description('All rules')
    .option('--at <moment>', 'as they were: a time or a log position')
    .addOption(outputOption())
    .action(apiAction(list));

  rules
    .command('add')
    .description('Make a rule of an expression that must hold, such as: len(config.exporters) < 10')
    .argument('<name>', 'what it is called')
    .argument('<expression>', 'the expression; - reads standard input')
    .option('--id <id>', 'what findings are called after (default: made of the name)')
    .option('--description <text>', 'told with each finding', '')
    .addOption(severityOption().default('warning'))
    .option('--disabled', 'make it, and do not use it yet')
    .action(apiAction(add));

  rules
    .command('set')
    .description('Change a rule; of a built-in one, its severity and whether it is used')
    .argument('<id>', 'the rule')
    .addOption(severityOption())
    .option('--enable', 'use it')
    .option('--disable', 'do not use it')
    .option('--name <name>', 'another name')
    .option('--description <text>', 'another description')
    .option('--expression <expression>', 'another expression; - reads standard input')
    .action(apiAction(set));

  rules
    .command('remove')
    .description('Remove a rule of your own')
    .argument('<id>', 'the rule')
    .action(apiAction(remove));
}

async function list({ call, options }: ApiCall<{ at?: string; output: OutputFormat }>): Promise<void> {
  const { items } = await call('listLintRules', { query: { at: options.at } });
  printList<LintRuleRow>(items, options.output, {
    columns: [
      { title: 'ID', of: (row) => row.id },
      { title: 'SEVERITY', of: (row) => (row.enabled ? row.severity : 'off') },
      { title: 'NAME', of: (row) => row.name },
      { title: 'EXPRESSION', of: (row) => row.expression?.replaceAll(/\s+/g, ' ') ?? '(built in)' },
      { title: 'UPDATED (UTC)', of: (row) => timeText(row.updatedAt) },
    ],
    nameOf: (row) => row.id,
    none: 'There is no lint rule.',
  });
}

interface AddOptions {
  readonly id?: string;
  readonly description: string;
  readonly severity: LintSeverity;
  readonly disabled?: boolean;
}

async function add({ call, options }: ApiCall<AddOptions>, name: string, expression: string): Promise<void> {
  const { id, description, severity, disabled = false } = options;
  const made = await call('defineLintRule', {
    body: { id, name, description, severity, enabled: !disabled, expression: textOf(expression) },
  });
  console.log(made.id);
}

interface SetOptions {
  readonly severity?: LintSeverity;
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly name?: string;
  readonly description?: string;
  readonly expression?: string;
}

async function set({ call, options }: ApiCall<SetOptions>, id: string): Promise<void> {
  const { severity, enable, disable, name, description, expression } = options;
  if (enable && disable) throw new CommandFailure('Give --enable or --disable, not both.', exitCodes.usage);
  const { items } = await call('listLintRules', { query: {} });
  const rule = items.find((one) => one.id === id);
  if (rule === undefined)
    throw new CommandFailure(
      `There is no lint rule “${id}” (ampora lint-rules list shows them all).`,
      exitCodes.notFound,
    );
  const enabled = enable ? true : disable ? false : undefined;
  const given = expression === undefined ? undefined : textOf(expression);
  await call('changeLintRule', {
    params: { id },
    ifMatch: rule.revision,
    body: { severity, enabled, name, description, expression: given },
  });
}

async function remove({ call }: ApiCall<unknown>, id: string): Promise<void> {
  await call('removeLintRule', { params: { id } });
}

function textOf(given: string): string {
  return given === '-' ? readFileSync(0, 'utf8').trim() : given;
}
