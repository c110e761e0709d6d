import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printDocument } from '../../output/output-format.ts';
import { resolveAgentId } from '../../output/resolve.ts';
import { printable } from '../../output/table.ts';
import { timeText } from '../../output/time-text.ts';

export async function explain(
  { call, options }: ApiCall<{ readonly at?: string; readonly output: OutputFormat }>,
  given: string,
): Promise<void> {
  const { at, output } = options;
  const id = await resolveAgentId(call, given, at);
  const answer = await call('explainAgent', { params: { id }, query: at === undefined ? {} : { at } });
  if (output === 'json' || output === 'yaml') {
    printDocument(answer, output);
    return;
  }
  console.log(printable(answer.summary));
  for (const { kind, title, detail, position, at: since, actor } of answer.steps) {
    console.log(`\n${kind.padEnd(10)}  ${printable(title)}`);
    for (const line of detail.split('\n'))
      if (line !== '') console.log(`${' '.repeat(12)}${printable(line)}`);
    if (position !== null)
      console.log(`${' '.repeat(12)}event ${position}, ${timeText(since)}, by ${printable(actor ?? '')}`);
  }
}
