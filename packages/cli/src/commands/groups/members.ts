import { text as readAll } from 'node:stream/consumers';
import { type Client, type MembersWritten, mostMembersAtOnce } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { resolveAgentId, resolveGroup } from '../../output/resolve.ts';
import { untilVisible } from '../configs/named-version.ts';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export async function add({ call }: ApiCall<object>, group: string, given: string[]): Promise<void> {
  const { id, name } = await resolveGroup(call, group);
  const done = await inParts(call, given, (agentIds) =>
    call('addGroupMembers', { params: { id }, body: { agentIds } }),
  );
  tell(done, (count) => `${count} agents moved into ${name}`);
}

export async function takeOut({ call }: ApiCall<object>, group: string, given: string[]): Promise<void> {
  const { id, name } = await resolveGroup(call, group);
  const done = await inParts(call, given, (agentIds) =>
    call('removeGroupMembers', { params: { id }, body: { agentIds } }),
  );
  tell(done, (count) => `${count} agents taken out of ${name}`);
}

/** As many requests as it takes; each is all or nothing. */
async function inParts(
  call: Client,
  given: readonly string[],
  send: (agentIds: string[]) => Promise<MembersWritten>,
): Promise<MembersWritten[]> {
  const agentIds = await agentIdsOf(call, given);
  const answers: MembersWritten[] = [];
  for (let start = 0; start < agentIds.length; start += mostMembersAtOnce)
    answers.push(await send(agentIds.slice(start, start + mostMembersAtOnce)));
  const last = answers.at(-1);
  if (last) await untilVisible(call, last.position);
  return answers;
}

async function agentIdsOf(call: Client, given: readonly string[]): Promise<readonly string[]> {
  const isPiped = given.length === 1 && given[0] === '-';
  const names = isPiped ? (await readAll(process.stdin)).split(/\s+/).filter(Boolean) : given;
  if (names.length === 0) throw new CommandFailure('No agents were given.', exitCodes.usage);
  const ids: string[] = [];
  // Ids in bulk are taken as they are: the server says which of them it does not know.
  for (const name of names) ids.push(isPiped && uuid.test(name) ? name : await resolveAgentId(call, name));
  return ids;
}

export function tell(answers: readonly MembersWritten[], what: (count: number) => string): void {
  const sum = (of: (answer: MembersWritten) => number) =>
    answers.reduce((total, answer) => total + of(answer), 0);
  const unchanged = sum((answer) => answer.unchanged);
  console.error(
    `${what(sum(({ changed }) => changed))}${unchanged > 0 ? `; ${unchanged} were so already` : ''}.`,
  );
  for (const note of new Set(answers.flatMap((answer) => answer.note ?? []))) console.error(note);
  const contended = answers.flatMap((answer) => answer.contended);
  if (contended.length > 0)
    throw new CommandFailure(
      `${contended.length} agents were moved by others again and again meanwhile: ${contended.slice(0, 5).join(', ')}. Try again.`,
      exitCodes.refused,
    );
}
