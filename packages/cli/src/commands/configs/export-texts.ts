import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { allPages, collect, pageSize } from '../../output/all-pages.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { nameOf } from './read-text.ts';
import { resolveNamed, versionMeant } from './named-version.ts';

interface ExportOptions {
  readonly directory: string;
  readonly at?: string;
}

/** One file for each configuration, byte for byte as stored. */
export async function exportTexts(
  { call, options }: ApiCall<ExportOptions>,
  given: readonly string[],
): Promise<void> {
  const { directory, at } = options;
  const query = at === undefined ? {} : { at };
  const wanted = given.length > 0 ? given : await publishedNames({ call, query });
  await mkdir(directory, { recursive: true });
  const written = new Map<string, string>();
  for (const one of wanted) {
    const named = await resolveNamed(call, one, at);
    const { id, name } = named.configuration;
    const { version } = versionMeant(named);
    const { body } = await call('getVersion', { params: { id, version }, query });
    const file = `${name.replace(/[/\\:*?"<>|\p{Cc}]/gu, '_').replace(/^\.+/, '_')}.yaml`;
    const other = written.get(file.toLowerCase());
    if (other !== undefined)
      throw new CommandFailure(
        `${other} and ${name} would both be ${file}. Export them apart.`,
        exitCodes.failed,
      );
    written.set(file.toLowerCase(), name);
    await writeFile(join(directory, file), body);
    const differs = nameOf(file, body) === name ? '' : ` (apply it with --name ${name})`;
    console.error(`${name}@${version} → ${join(directory, file)}${differs}`);
  }
}

async function publishedNames({
  call,
  query,
}: {
  readonly call: ApiCall<object>['call'];
  readonly query: { readonly at?: string };
}): Promise<readonly string[]> {
  const pages = allPages(
    (cursor) => call('listConfigurations', { query: { ...query, limit: pageSize, cursor } }),
    100_000,
  );
  const rows = await collect(pages);
  return rows.flatMap(({ id, publishedVersion }) => (publishedVersion === null ? [] : [id]));
}
