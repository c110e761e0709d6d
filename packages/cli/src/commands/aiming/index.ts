import { type Command, InvalidArgumentError } from 'commander';
import { apiAction, dryRunOption, plannedAction, toList } from '../../output/api-command.ts';
import { outputOption } from '../../output/output-format.ts';
import { assignMany, drain, exportCsv, forcePush, labelMany, moveMany, unassignMany } from './bulk.ts';
import { explain } from './explain.ts';
import { toFilter } from './filter.ts';
import { preview } from './preview.ts';

/** Adds to `ampora agents` and `ampora groups` what decides who runs what, and why. */
export function register(program: Command): void {
  const under = (name: string) =>
    program.commands.find((command) => command.name() === name) ?? program.command(name);
  const agents = under('agents');

  agents
    .command('explain')
    .description('Why an agent runs what it runs, step by step, each with the event that it rests on')
    .argument('<agent>', 'its id, instance uid or exact name')
    .option('--at <moment>', 'as it was: an RFC 3339 time or a log position')
    .addOption(outputOption())
    .action(apiAction(explain));

  agents
    .command('export')
    .description('Agents as CSV on standard output; at most 10,000')
    .option('--filter <key=value>', 'as GET /api/agents takes it; repeat it for more', toFilter)
    .option('--at <moment>', 'as it was: an RFC 3339 time or a log position')
    .action(apiAction(exportCsv));

  const bulk = agents
    .command('bulk')
    .description('Do one thing to many agents, as one fact in the audit log');
  const action = (name: string, description: string) =>
    bulk
      .command(name)
      .description(description)
      .option('--agent <agents>', 'ids, instance uids or exact names; repeat it for more', toList)
      .option(
        '--filter <key=value>',
        'all that match, as GET /api/agents takes it; repeat it for more',
        toFilter,
      )
      .option('--confirm <count>', 'how many agents are meant; told when it is missing')
      .addOption(dryRunOption())
      .addOption(outputOption());
  action('move', 'Move agents into a static group')
    .argument('[group]', 'its name or id; without it, out of the group that each is in')
    .action(plannedAction(moveMany));
  action('label', 'Set labels of the server and take them away')
    .argument('<labels...>', 'key=value sets one, key- takes one away')
    .action(plannedAction(labelMany));
  action('assign', 'Assign a published version to each of them')
    .argument('<configuration>', 'name@version')
    .action(plannedAction(assignMany));
  action('unassign', 'Take their own assignments back').action(plannedAction(unassignMany));
  action('force-push', 'Send what they are to run once more, even if they have it').action(
    plannedAction(forcePush),
  );
  action('drain', 'Close their connections: they connect again').action(plannedAction(drain));

  under('groups')
    .command('preview')
    .description('Who would join and leave a group, and what they would run; changes nothing')
    .argument('[group]', 'the group to be edited, by name or id; without it, one to be created')
    .option('--selector <expression>', 'agents that it matches are its members')
    .option('--priority <number>', 'of several groups that match an agent, the highest has it', toInteger)
    .option('--configuration <name@version>', 'what its members are to run')
    .addOption(outputOption())
    .action(apiAction(preview));
}

function toInteger(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number)) return number;
  throw new InvalidArgumentError('It is a whole number.');
}
