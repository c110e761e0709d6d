import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { resolveConfiguration } from '../../output/resolve.ts';
import { requireVersion, untilVisible } from './named-version.ts';

export async function tag({ call }: ApiCall<object>, given: string, name: string): Promise<void> {
  const { configuration, row } = await requireVersion(call, given);
  const params = { id: configuration.id, tag: name };
  const before = configuration.items.find(({ tags }) => tags.includes(name));
  const { position } = await call('setTag', { params, body: { version: row.version } });
  await untilVisible(call, position);
  const from = before === undefined || before.version === row.version ? '' : ` (was on ${before.version})`;
  console.error(`${configuration.name}@${row.version} tagged ${name}${from}.`);
}

export async function untag({ call }: ApiCall<object>, given: string): Promise<void> {
  const [, name, tagName] = /^(.+)@([^@]+)$/s.exec(given) ?? [];
  if (name === undefined || tagName === undefined)
    throw new CommandFailure('Say which tag: configs untag NAME@TAG.', exitCodes.usage);
  const configuration = await resolveConfiguration(call, name);
  const { position } = await call('removeTag', { params: { id: configuration.id, tag: tagName } });
  await untilVisible(call, position);
  console.error(`Tag ${tagName} taken off ${configuration.name}.`);
}
