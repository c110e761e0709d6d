import { fileURLToPath } from 'node:url';
import { defaultRelease } from '@ampora/component-library';
import type { CollectorVerdicts } from './collector-verdicts.ts';
import type { OurVerdict } from './our-verdict.ts';
import type { SampleConfig } from './sample-configs.ts';

export const tableFile = fileURLToPath(new URL('../../../docs/validation-agreement.md', import.meta.url));

const maxWords = 220;

export interface Compared {
  readonly sample: SampleConfig;
  /** Null: the Collector takes it. */
  readonly collector: string | null;
  /** Null: we take it. */
  readonly ours: string | null;
  readonly agree: boolean;
}

export function compareVerdicts(
  samples: readonly SampleConfig[],
  verdicts: CollectorVerdicts,
  ours: OurVerdict,
): readonly Compared[] {
  return samples.map((sample) => {
    const collector = verdicts[sample.file]?.join(' ').slice(0, maxWords) ?? null;
    const [first, ...others] = ours(sample.text);
    const more = others.length === 0 ? '' : ` (+${String(others.length)})`;
    const said =
      first === undefined
        ? null
        : `${String(first.line)}:${String(first.column)}${first.path === '' ? '' : ` \`${first.path}\``} ${first.code}: ${first.message}${more}`;
    return { sample, collector, ours: said, agree: (collector === null) === (said === null) };
  });
}

/** The table of agreement, as Markdown. */
export function renderTable(compared: readonly Compared[]): string {
  const agreed = compared.filter(({ agree }) => agree).length;
  const refused = compared.filter(({ collector }) => collector !== null).length;
  const rows = compared.map(
    ({ sample: { file, title, explanation }, collector, ours, agree }) =>
      `| [${cell(file)}](../test/interop/configs/${file}) | ${cell(title)} | ${collector === null ? 'takes it' : cell(collector)} | ${ours === null ? 'take it' : cell(ours)} | ${agree ? 'yes' : `**no**: ${cell(explanation ?? 'unexplained')}`} |`,
  );
  return `# What a real Collector says of a configuration, and what we say

${String(compared.length)} configurations in the shapes of public documentation and examples, written anew for this purpose; ${String(refused)} of them have a fault.
Each was given to \`validate\` of an OpenTelemetry Collector ${defaultRelease} (\`infra/collector/wide\`) and to our own checks with the
same components: text, references, settings and their rules, and the build. Lint rules are left out: a Collector has no opinion of them.

**${String(agreed)} of ${String(compared.length)} verdicts agree.** Every disagreement has its reason in the last column, and in the head of the file.

The Collector stops at the first layer that finds something and names a path at best; our findings have a line, a column and a
path, and all of them are given at once (the first is shown, with how many more there are).
Some things are true on one host only (files that must exist, variables, privileges): the Collector was asked with such
variables set as the samples name, and what is on an agent's host is not judged by us.

Written by \`node test/interop/agreement/write-agreement.ts\`; \`npm test -- interop\` asks the real Collector again and fails
when an answer changes, \`npm test -- unit\` when ours does (\`--recorded\` writes it again without asking).

| File | What it is | Collector | We | Agree |
| ---- | ---------- | --------- | -- | ----- |
${rows.join('\n')}
`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');
}
