import type { Client, Person } from '@ampora/api-contract';
import type { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { apiAction, type ApiCall } from '../output/api-command.ts';
import { outputOption, type OutputFormat, printList } from '../output/output-format.ts';
import { timeText } from '../output/time-text.ts';

export function register(program: Command): void {
  const people = program.command('people').description('Who signs in, by pseudonym; and forgetting them');

  people
    .command('list')
    .description('Everybody who has signed in')
    .addOption(outputOption())
    .action(apiAction(list));

  people
    .command('name')
    .description('Name a person; the name is kept under their key')
    .argument('<person>', 'id, or person:<id>')
    .argument('<name>', 'the name')
    .action(apiAction(rename));

  people
    .command('forget')
    .description('Destroy the key of a person: name and addresses can never be read again, anywhere')
    .argument('<person>', 'id, or person:<id>')
    .requiredOption('--yes', 'it cannot be taken back')
    .action(apiAction(forget));
}

async function list({ call, options }: ApiCall<{ output: OutputFormat }>): Promise<void> {
  const { items } = await call('listPeople', {});
  printList<Person>(items, options.output, {
    columns: [
      { title: 'ACTOR', of: (row) => row.actor },
      { title: 'NAME', of: (row) => row.name ?? '' },
      { title: 'SINCE', of: (row) => timeText(row.createdAt) },
      { title: 'FORGOTTEN', of: (row) => timeText(row.forgottenAt) },
    ],
    nameOf: (row) => row.id,
    none: 'Nobody has signed in yet.',
  });
}

async function rename({ call }: ApiCall<unknown>, given: string, name: string): Promise<void> {
  await call('namePerson', { params: { id: await idOf(call, given) }, body: { name } });
}

async function forget({ call }: ApiCall<unknown>, given: string): Promise<void> {
  const id = await idOf(call, given);
  await call('forgetPerson', { params: { id } });
  console.error(
    `Forgotten: what is left is person:${id}. Backups of the vault made before still hold the key.`,
  );
}

async function idOf(call: Client, given: string): Promise<string> {
  const id = given.replace(/^person:/, '');
  const { items } = await call('listPeople', {});
  if (items.some((person) => person.id === id)) return id;
  throw new CommandFailure(
    `There is no person “${given}” (ampora people list shows them all).`,
    exitCodes.notFound,
  );
}
