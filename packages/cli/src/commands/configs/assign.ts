import type { AssignmentTarget, Client } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { resolveAgentId, resolveGroup } from '../../output/resolve.ts';
import { resolveNamed, untilVisible } from './named-version.ts';

/** Tells a group from an agent of the same name. */
const groupPrefix = 'group:';

export async function assign({ call }: ApiCall<object>, given: string, to: string): Promise<void> {
  const { configuration, row } = await resolveNamed(call, given);
  const { id: configurationId, name, publishedVersion } = configuration;
  const version = row?.version ?? publishedVersion;
  if (version === null)
    throw new CommandFailure(
      `${name} has no published version (ampora configs publish ${name}).`,
      exitCodes.refused,
    );
  const target = await toTarget(call, to);
  const { position } = await call('assign', { body: { configurationId, version, target } });
  await untilVisible(call, position);
  console.error(`${name}@${version} assigned to ${to}.`);
}

export async function unassign({ call }: ApiCall<object>, from: string): Promise<void> {
  const { position } = await call('unassign', { body: { target: await toTarget(call, from) } });
  await untilVisible(call, position);
  console.error(`Assignment of ${from} taken back.`);
}

export async function toTarget(call: Client, given: string): Promise<AssignmentTarget> {
  if (given === 'all') return { all: true };
  if (given.startsWith(groupPrefix))
    return { groupId: (await resolveGroup(call, given.slice(groupPrefix.length))).id };
  return { agentId: await resolveAgentId(call, given) };
}
