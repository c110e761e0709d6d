import type { Client, ConfigurationDetail, VersionRow } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { findConfiguration, parseConfigurationName, resolveConfiguration } from '../../output/resolve.ts';

/** What a person means by `edge`, `edge@3` or `edge@golden`. */
export interface NamedVersion {
  readonly configuration: ConfigurationDetail;
  /** Absent when only the configuration was named. */
  readonly row: VersionRow | undefined;
}

export async function resolveNamed(call: Client, given: string, at?: string): Promise<NamedVersion> {
  const { name, version } = parseConfigurationName(given);
  if (version !== undefined) {
    const configuration = await resolveConfiguration(call, name, at);
    const row = configuration.items.find((one) => one.version === version);
    if (row !== undefined) return { configuration, row };
    throw new CommandFailure(`${configuration.name} has no version ${version}.`, exitCodes.notFound);
  }
  const [, before, tag] = /^(.+)@([^@]+)$/s.exec(name) ?? [];
  // A name may have an @ of its own.
  const whole = tag === undefined ? undefined : await findConfiguration(call, name, at);
  if (before === undefined || tag === undefined || whole !== undefined)
    return { configuration: whole ?? (await resolveConfiguration(call, name, at)), row: undefined };
  const configuration = await resolveConfiguration(call, before, at);
  const row = configuration.items.find(({ tags }) => tags.includes(tag));
  if (row !== undefined) return { configuration, row };
  const known = configuration.items.flatMap(({ tags }) => tags);
  throw new CommandFailure(
    `${configuration.name} has no tag “${tag}”${known.length > 0 ? `; it has ${known.join(', ')}` : ''}.`,
    exitCodes.notFound,
  );
}

/** A version that must have been named. */
export async function requireVersion(
  call: Client,
  given: string,
): Promise<{ readonly configuration: ConfigurationDetail; readonly row: VersionRow }> {
  const { configuration, row } = await resolveNamed(call, given);
  if (row !== undefined) return { configuration, row };
  throw new CommandFailure(
    `Say which version: ${configuration.name}@NUMBER or ${configuration.name}@TAG (ampora configs versions ${configuration.name}).`,
    exitCodes.usage,
  );
}

export function newestOf({ items }: ConfigurationDetail): VersionRow | undefined {
  return items.reduce<VersionRow | undefined>(
    (newest, row) => (newest === undefined || row.version > newest.version ? row : newest),
    undefined,
  );
}

/** The version that was named, else the newest published one, else the newest draft. */
export function versionMeant({ configuration, row }: NamedVersion): VersionRow {
  const published = configuration.items.find(({ version }) => version === configuration.publishedVersion);
  const meant = row ?? published ?? newestOf(configuration);
  if (meant !== undefined) return meant;
  throw new CommandFailure(`${configuration.name} has no version yet.`, exitCodes.notFound);
}

/** The next command of a script must see what this one wrote. */
export async function untilVisible(call: Client, position: string): Promise<void> {
  await call('listConfigurations', { query: { after: position, limit: 1 } });
}
