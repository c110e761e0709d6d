import type { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { type ApiCall, dryRunOption, plannedAction } from '../output/api-command.ts';
import { resolveAgentId, resolveGroup } from '../output/resolve.ts';
import { untilVisible } from './configs/named-version.ts';
import { tell } from './groups/members.ts';

/** `ampora agents move` and `ampora agents label`. */
export function registerPlacing(agents: Command): void {
  const named = ['<agent>', 'its id, instance uid or exact name'] as const;

  agents
    .command('move')
    .description('Move an agent into a static group, or out of any')
    .argument(...named)
    .argument('[group]', 'name or id of the group')
    .option('--out', 'out of the group that it is in')
    .addOption(dryRunOption())
    .action(plannedAction(move));

  agents
    .command('label')
    .description('Set labels that the server gives an agent; they lie over what it says of itself')
    .argument(...named)
    .argument('<labels...>', 'key=value sets one, key- takes one away')
    .addOption(dryRunOption())
    .action(plannedAction(label));
}

async function move(
  { call, options }: ApiCall<{ readonly out?: boolean }>,
  given: string,
  group: string | undefined,
): Promise<void> {
  if ((group === undefined) !== (options.out === true))
    throw new CommandFailure('Give a group, or --out.', exitCodes.usage);
  const id = await resolveAgentId(call, given);
  const to = group === undefined ? null : await resolveGroup(call, group);
  const answer = await call('moveAgent', { params: { id }, body: { groupId: to?.id ?? null } });
  await untilVisible(call, answer.position);
  const where = to === null ? 'out of its group' : `into ${to.name}`;
  tell([answer], (count) => (count > 0 ? `${given} moved ${where}` : `${given} did not move`));
}

async function label({ call }: ApiCall<object>, given: string, changes: string[]): Promise<void> {
  const id = await resolveAgentId(call, given);
  const { labels: shown } = await call('getAgent', { params: { id }, query: {} });
  const labels = Object.fromEntries(
    shown.filter(({ source }) => source === 'server').map(({ key, value }) => [key, value]),
  );
  for (const change of changes) {
    const end = change.indexOf('=');
    if (end > 0) labels[change.slice(0, end)] = change.slice(end + 1);
    else if (change.endsWith('-') && change.length > 1) Reflect.deleteProperty(labels, change.slice(0, -1));
    else
      throw new CommandFailure(
        `“${change}” is neither key=value, which sets a label, nor key-, which takes one away.`,
        exitCodes.usage,
      );
  }
  const { position } = await call('setAgentLabels', { params: { id }, body: { labels } });
  await untilVisible(call, position);
  const now = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  console.error(now.length === 0 ? `${given} has no labels of the server.` : `${given}: ${now.join(' ')}`);
}
