import type { ProjectionRow } from '@ampora/api-contract';
import type { Command } from 'commander';
import { apiAction, type ApiCall } from '../../output/api-command.ts';
import { outputOption, type OutputFormat, printList } from '../../output/output-format.ts';
import { spanText } from '../../output/time-text.ts';

export function register(projections: Command): void {
  projections
    .command('list')
    .description('Read models, their versions, rebuilds and progress')
    .addOption(outputOption())
    .action(apiAction(list));
}

async function list({ call, options }: ApiCall<{ output: OutputFormat }>): Promise<void> {
  const { items } = await call('listProjections', {});
  printRows(items, options.output);
}

/** The rows as `list` shows them; every command that changes one of them shows them the same way. */
export function printRows(rows: readonly ProjectionRow[], output: OutputFormat): void {
  printList<ProjectionRow>(rows, output, {
    columns: [
      { title: 'NAME', of: (row) => row.name },
      { title: 'VERSION', of: (row) => String(row.version), align: 'right' },
      { title: 'STATE', of: stateText },
      { title: 'POSITION', of: (row) => row.position, align: 'right' },
      { title: 'LAG', of: lagText, align: 'right' },
      { title: 'EVENTS/S', of: (row) => String(Math.round(row.rate)), align: 'right' },
      {
        title: 'LEFT',
        of: (row) => (row.etaSeconds === null ? '' : spanText(row.etaSeconds * 1000)),
        align: 'right',
      },
      { title: 'MAY', of: (row) => row.actions.join(',') },
      { title: 'FAULT', of: (row) => row.lastError ?? '' },
    ],
    nameOf: (row) => row.name,
    none: 'There are no read models.',
  });
}

function stateText({ slot, state, paused, held, progress, pending }: ProjectionRow): string {
  const percent = state === 'building' ? ` ${Math.floor(progress * 100)}%` : '';
  const notes = [
    slot === 'rebuild' ? 'rebuild' : '',
    paused ? 'paused' : '',
    held && state === 'caught-up' ? 'waits for switch' : '',
    pending === null ? '' : `${pending} asked`,
  ].filter((note) => note !== '');
  return `${state}${percent}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

function lagText({ lagEvents, lagSeconds }: ProjectionRow): string {
  if (lagEvents === 0) return '0';
  return lagSeconds === null ? String(lagEvents) : `${lagEvents} / ${spanText(lagSeconds * 1000)}`;
}
