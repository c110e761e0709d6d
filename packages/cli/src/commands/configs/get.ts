import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printDocument } from '../../output/output-format.ts';
import { resolveNamed, versionMeant } from './named-version.ts';

/** The text as it was stored: nothing is added, not even a last line end. */
export async function get(
  { call, options }: ApiCall<{ at?: string; output: OutputFormat }>,
  given: string,
): Promise<void> {
  const { at, output } = options;
  const named = await resolveNamed(call, given, at);
  const { version } = versionMeant(named);
  const { id, name } = named.configuration;
  const detail = await call('getVersion', { params: { id, version }, query: at === undefined ? {} : { at } });
  if (output === 'table') process.stdout.write(detail.body);
  else if (output === 'name') console.log(`${name}@${version}`);
  else printDocument(detail, output);
}
