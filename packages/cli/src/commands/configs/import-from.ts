import type { ApiCall } from '../../output/api-command.ts';
import type { OutputFormat } from '../../output/output-format.ts';
import { resolveAgentId } from '../../output/resolve.ts';
import { findingLines } from './finding-lines.ts';
import { untilVisible } from './named-version.ts';
import { say } from './say.ts';

interface ImportOptions {
  readonly agent: string;
  readonly name?: string;
  readonly file?: string;
  readonly tidy: boolean;
  readonly output: OutputFormat;
}

export async function importFrom({ call, options }: ApiCall<ImportOptions>): Promise<void> {
  const { agent, name, file, tidy, output } = options;
  const agentId = await resolveAgentId(call, agent);
  const given = { ...(name === undefined ? {} : { name }), ...(file === undefined ? {} : { file }) };
  const imported = await call('importConfiguration', { body: { agentId, tidy, ...given } });
  await untilVisible(call, imported.position);
  const { removed, findings } = imported;
  const without = removed.length > 0 ? `, without ${removed.join(', ')}` : '';
  say(output, imported, `${imported.name} created with draft ${imported.version}${without}.`);
  if (output === 'table') for (const line of findingLines(findings)) console.error(line);
}
