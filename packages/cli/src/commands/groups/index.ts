import { type Command, InvalidArgumentError } from 'commander';
import { apiAction, dryRunOption, plannedAction, toCount } from '../../output/api-command.ts';
import { outputOption } from '../../output/output-format.ts';
import { assign, unassign } from './assign.ts';
import { create, edit, remove, restore } from './life.ts';
import { list, members, show } from './list.ts';
import { add, takeOut } from './members.ts';

export function register(program: Command): void {
  const groups = program.command('groups').description('Groups of agents, and what their members run');
  const named = ['<group>', 'its name or id'] as const;
  const agents = [
    '<agents...>',
    'ids, instance uids or exact names; - reads them from standard input',
  ] as const;
  const at = ['--at <moment>', 'as it was: an RFC 3339 time or a log position'] as const;

  groups
    .command('list')
    .description('All groups, and how their members are')
    .option('--search <text>', 'part of the name')
    .option('--mode <mode>', 'static or dynamic')
    .option('--deleted', 'those that were deleted')
    .option('--limit <count>', 'rows at the most', toCount, 1_000)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(list));

  groups
    .command('show')
    .description('One group')
    .argument(...named)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(show));

  groups
    .command('members')
    .description('The agents in a group')
    .argument(...named)
    .option('--limit <count>', 'rows at the most', toCount, 10_000)
    .option(...at)
    .addOption(outputOption())
    .action(apiAction(members));

  groups
    .command('create')
    .description('Create a group: static, or dynamic by a selector')
    .argument('<name>', 'its name')
    .option('--description <text>', 'what it is for')
    .option('--selector <expression>', 'agents that it matches are its members')
    .option('--priority <number>', 'of several groups that match an agent, the highest has it', toInteger)
    .option('--no-auto-apply', 'members do not run its configuration by themselves')
    .addOption(outputOption())
    .addOption(dryRunOption())
    .action(plannedAction(create));

  groups
    .command('edit')
    .description('Rename a group, or change how it finds its members')
    .argument(...named)
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'what it is for')
    .option('--selector <expression>', 'make it dynamic: agents that it matches are its members')
    .option('--static', 'drop the selector; members stay')
    .option('--priority <number>', 'of several groups that match an agent, the highest has it', toInteger)
    .option('--auto-apply <true|false>', 'whether members run its configuration by themselves')
    .addOption(dryRunOption())
    .action(plannedAction(edit));

  groups
    .command('delete')
    .description('Delete a group: its members are in none; it can be restored without them')
    .argument(...named)
    .requiredOption('--yes', 'its members fall back to what all agents run')
    .addOption(dryRunOption())
    .action(plannedAction(remove));

  groups
    .command('restore')
    .description('Restore a deleted group')
    .argument(...named)
    .option('--name <name>', 'another name, where its old one is taken by now')
    .option('--with-members', 'put those back that were in it and are in no group now')
    .addOption(dryRunOption())
    .action(plannedAction(restore));

  groups
    .command('add')
    .description('Move agents into a static group, each out of the one that it is in')
    .argument(...named)
    .argument(...agents)
    .addOption(dryRunOption())
    .action(plannedAction(add));

  groups
    .command('remove')
    .description('Take agents out of a group')
    .argument(...named)
    .argument(...agents)
    .addOption(dryRunOption())
    .action(plannedAction(takeOut));

  groups
    .command('assign')
    .description('Assign a published version to a group')
    .argument(...named)
    .argument('<configuration>', 'name or id; name@3 for a version')
    .addOption(dryRunOption())
    .action(plannedAction(assign));

  groups
    .command('unassign')
    .description("Take a group's assignment back")
    .argument(...named)
    .addOption(dryRunOption())
    .action(plannedAction(unassign));
}

function toInteger(text: string): number {
  if (/^-?\d{1,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}
