import type { GroupPreview, VersionRef } from '@ampora/api-contract';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { ApiCall } from '../../output/api-command.ts';
import { type OutputFormat, printDocument } from '../../output/output-format.ts';
import { parseConfigurationName, resolveConfiguration, resolveGroup } from '../../output/resolve.ts';
import { printable, renderTable } from '../../output/table.ts';

interface PreviewOptions {
  readonly selector?: string;
  readonly priority?: number;
  readonly configuration?: string;
  readonly output: OutputFormat;
}

export async function preview(
  { call, options }: ApiCall<PreviewOptions>,
  given: string | undefined,
): Promise<void> {
  const { selector, priority, configuration, output } = options;
  const group =
    given === undefined
      ? undefined
      : await call('getGroup', { params: { id: (await resolveGroup(call, given)).id }, query: {} });
  const asked = selector ?? group?.selector ?? undefined;
  if (asked === undefined) throw new CommandFailure('Give --selector.', exitCodes.usage);
  const answer = await call('previewGroup', {
    body: {
      mode: 'dynamic',
      selector: asked,
      ...(group ? { groupId: group.id } : {}),
      ...(priority === undefined ? {} : { priority }),
      ...(configuration === undefined ? {} : { configuration: await versionOf(call, configuration) }),
    },
  });
  if (!answer.valid) process.exitCode = exitCodes.refused;
  if (output === 'json' || output === 'yaml') printDocument(answer, output);
  else for (const line of previewLines(answer)) console.log(line);
}

async function versionOf(call: ApiCall<object>['call'], given: string) {
  const { name, version } = parseConfigurationName(given);
  const found = await resolveConfiguration(call, name);
  const wanted = version ?? found.publishedVersion;
  if (wanted === null || typeof wanted !== 'number')
    throw new CommandFailure(`Give a published version by its number: ${name}@1.`, exitCodes.usage);
  return { configurationId: found.id, version: wanted };
}

function previewLines(answer: GroupPreview): string[] {
  const { matches, joins, leaves, stays, undecided, unmatchedKeys, contested, problems } = answer;
  const lines = problems.map(
    ({ severity, message, line, column }) => `${severity} at ${line}:${column}: ${printable(message)}`,
  );
  lines.push(`${matches} match: ${joins.count} join, ${stays} stay, ${leaves.count} leave.`);
  const rows = [
    ...joins.sample.map((one) => ({ op: '+', one, where: one.from ? `from ${one.from.name}` : '' })),
    ...leaves.sample.map((one) => ({ op: '-', one, where: one.to ? `to ${one.to.name}` : '' })),
  ];
  const table = renderTable(
    [
      { title: '', of: ({ op }: (typeof rows)[number]) => op },
      { title: 'AGENT', of: ({ one }) => one.displayName },
      { title: 'GROUP', of: ({ where }) => where },
      { title: 'RUNS', of: ({ one }) => `${text(one.runsNow)} → ${text(one.wouldRun)}` },
    ],
    rows,
  );
  if (rows.length > 0) lines.push(...table.map((row) => `  ${row}`));
  if (undecided > 0)
    lines.push(`! ${undecided} agents: the selector cannot be evaluated for them; they stay where they are.`);
  for (const { key, nearest } of unmatchedKeys)
    lines.push(
      `! No agent has the label ${key}${nearest.length > 0 ? `; did you mean ${nearest.join(', ')}?` : '.'}`,
    );
  for (const { name, agents, wins, priority, mode } of contested)
    lines.push(
      `! ${name} (${mode}, priority ${priority}) ${wins ? 'keeps' : 'loses'} ${agents} agents that both match.`,
    );
  return lines.map((line) => printable(line));
}

function text(version: VersionRef | null): string {
  return version ? `${version.name}@${version.version}` : 'nothing';
}
