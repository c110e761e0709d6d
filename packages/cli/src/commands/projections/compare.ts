import type { ProjectionComparison, ProjectionRow } from '@ampora/api-contract';
import type { Command } from 'commander';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { apiAction, type ApiCall, toDurationMs } from '../../output/api-command.ts';
import { outputOption, type OutputFormat, printDocument, printList } from '../../output/output-format.ts';
import { printable } from '../../output/table.ts';
import { type TargetOptions, targeted, targetOf } from './control.ts';
import { waitForRows } from './wait-for-row.ts';

interface CompareOptions extends TargetOptions {
  readonly output: OutputFormat;
  readonly timeout: number;
}

export function register(projections: Command): void {
  targeted(
    projections
      .command('compare')
      .description(
        'Compare what was built with what serves, both at one position; exit code 2 when they differ',
      )
      .argument('<name>', 'the read model'),
  )
    .option('--timeout <duration>', 'how long at the most', toDurationMs, 600_000)
    .addOption(outputOption())
    .action(apiAction(compare));
}

async function compare({ call, options }: ApiCall<CompareOptions>, name: string): Promise<void> {
  const before = (await call('listProjections', {})).items;
  await call('compareProjection', { params: { name }, body: targetOf(options) });
  const known = new Set(before.map(({ comparison }) => comparison?.startedAt));
  const found = await waitForRows(
    call,
    { timeoutMs: options.timeout, what: `The comparison of ${name}` },
    (rows) => rows.find((row) => row.name === name && isNew(row, known))?.comparison ?? undefined,
  );
  print(found, options.output);
  if (found.state === 'failed')
    throw new CommandFailure(`${name} could not be compared: ${found.message ?? ''}`, exitCodes.failed);
  if (found.identical === false) process.exitCode = exitCodes.differences;
}

function isNew({ comparison }: ProjectionRow, known: ReadonlySet<string | undefined>): boolean {
  return comparison !== null && comparison.state !== 'running' && !known.has(comparison.startedAt);
}

type Table = ProjectionComparison['tables'][number];

function print(comparison: ProjectionComparison, output: OutputFormat): void {
  if (output === 'json' || output === 'yaml') return printDocument(comparison, output);
  printList<Table>(comparison.tables, output, {
    columns: [
      { title: 'TABLE', of: ({ name }) => name },
      { title: 'ROWS OLD', of: ({ rows }) => String(rows.old), align: 'right' },
      { title: 'ROWS NEW', of: ({ rows }) => String(rows.new), align: 'right' },
      { title: 'CHECKSUM OLD', of: ({ checksum }) => checksum.old.slice(0, 12) },
      { title: 'CHECKSUM NEW', of: ({ checksum }) => checksum.new.slice(0, 12) },
      {
        title: 'DIFFERENT',
        of: ({ differing, isCapped }) => (isCapped ? `more than ${differing}` : String(differing)),
        align: 'right',
      },
    ],
    nameOf: ({ name }) => name,
    none: 'There is no table that both have.',
  });
  for (const table of comparison.tables) {
    for (const { key, onlyIn, columns } of table.sample) {
      console.log(printable(`${table.name} ${JSON.stringify(key)}${onlyIn ? ` only in ${onlyIn}` : ''}`));
      if (onlyIn !== null) continue;
      for (const { name, old, new: built } of columns)
        console.log(printable(`  ${name}: ${JSON.stringify(old)} → ${JSON.stringify(built)}`));
    }
  }
  const { identical, position } = comparison;
  if (position !== null)
    console.error(`${identical === true ? 'Identical' : 'Different'} at position ${position}.`);
}
