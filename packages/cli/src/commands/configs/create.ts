import type { ApiCall } from '../../output/api-command.ts';
import type { OutputFormat } from '../../output/output-format.ts';
import { untilVisible } from './named-version.ts';
import { readText } from './read-text.ts';
import { say } from './say.ts';

interface CreateOptions {
  readonly file?: string;
  readonly description?: string;
  readonly output: OutputFormat;
}

export async function create({ call, options }: ApiCall<CreateOptions>, name: string): Promise<void> {
  const { file, description = '', output } = options;
  const body = file === undefined ? {} : { body: await readText(file) };
  const created = await call('createConfiguration', { body: { name, description, ...body } });
  await untilVisible(call, created.position);
  const version = created.version === null ? '' : ` with draft ${created.version}`;
  say(output, { name, ...created }, `${name} created${version}.`);
}
