import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import type { OutputFormat } from '../../output/output-format.ts';
import { findingLines } from './finding-lines.ts';
import { requireVersion, resolveNamed, untilVisible } from './named-version.ts';
import { say } from './say.ts';

export async function publish(
  { call, options }: ApiCall<{ notes: string; output: OutputFormat }>,
  given: string,
): Promise<void> {
  const { configuration, row } = await resolveNamed(call, given);
  const { name, id } = configuration;
  const newest = configuration.items
    .toSorted((left, right) => right.version - left.version)
    .find(({ status }) => status === 'Draft');
  const draft = row ?? newest;
  if (draft === undefined) throw new CommandFailure(`${name} has no draft to publish.`, exitCodes.notFound);
  const answer = await call('publishVersion', {
    params: { id, version: draft.version },
    body: { notes: options.notes },
    ifMatch: draft.rowVersion,
  });
  await untilVisible(call, answer.position);
  const same = answer.equalsVersion === null ? '' : `; it means what version ${answer.equalsVersion} means`;
  say(options.output, { name, ...answer }, `${name}@${draft.version} published${same}.`);
  if (options.output === 'table') for (const line of findingLines(answer.findings)) console.error(line);
}

export async function discard({ call }: ApiCall<object>, given: string): Promise<void> {
  const { configuration, row } = await requireVersion(call, given);
  if (row.status !== 'Draft')
    throw new CommandFailure(
      `${configuration.name}@${row.version} is ${row.status}, no draft (ampora configs delete removes versions).`,
      exitCodes.refused,
    );
  const params = { id: configuration.id, version: row.version };
  await untilVisible(call, (await call('discardVersion', { params })).position);
  console.error(`${configuration.name}@${row.version} discarded.`);
}

export async function revert(
  { call, options }: ApiCall<{ output: OutputFormat }>,
  given: string,
): Promise<void> {
  const { configuration, row } = await requireVersion(call, given);
  const { id, name } = configuration;
  const draft = await call('revertToVersion', { params: { id, version: row.version } });
  await untilVisible(call, draft.position);
  say(
    options.output,
    { name, ...draft, basedOnVersion: row.version },
    `${name}@${draft.version} begun with the text of version ${row.version}.`,
  );
}

export async function archive({ call }: ApiCall<object>, given: string): Promise<void> {
  const { configuration, row } = await requireVersion(call, given);
  const params = { id: configuration.id, version: row.version };
  await untilVisible(call, (await call('archiveVersion', { params })).position);
  console.error(`${configuration.name}@${row.version} archived.`);
}

export async function unarchive({ call }: ApiCall<object>, given: string): Promise<void> {
  const { configuration, row } = await requireVersion(call, given);
  const params = { id: configuration.id, version: row.version };
  await untilVisible(call, (await call('unarchiveVersion', { params })).position);
  console.error(`${configuration.name}@${row.version} taken out of the archive.`);
}

export async function remove({ call }: ApiCall<object>, given: string): Promise<void> {
  const { configuration, row } = await resolveNamed(call, given);
  const { id, name } = configuration;
  const { position } =
    row === undefined
      ? await call('deleteConfiguration', { params: { id } })
      : await call('discardVersion', { params: { id, version: row.version } });
  await untilVisible(call, position);
  console.error(`${name}${row === undefined ? '' : `@${row.version}`} deleted.`);
}
