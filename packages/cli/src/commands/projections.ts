import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectionRow } from '@ampora/api-contract';
import type { Command } from 'commander';
import { CommandFailure } from '../command-failure.ts';
import { exitCodes } from '../exit-codes.ts';
import { apiAction, type ApiCall, toDurationMs } from '../output/api-command.ts';
import { outputOption, type OutputFormat, printList } from '../output/output-format.ts';
import { createProgress } from '../output/progress.ts';
import { spanText } from '../output/time-text.ts';

export function register(program: Command): void {
  const projections = program
    .command('projections')
    .description('Read models: how far they are, and building them anew from the log');

  projections
    .command('list')
    .description('Read models, their versions and progress')
    .addOption(outputOption())
    .action(apiAction(list));

  projections
    .command('rebuild')
    .description('Build a read model anew beside the serving one, then switch')
    .argument('<name>', 'the read model')
    .option('--wait', 'wait until it serves')
    .option('--timeout <duration>', 'with --wait, how long at the most', toDurationMs, 3_600_000)
    .action(apiAction(rebuild));
}

async function list({ call, options }: ApiCall<{ output: OutputFormat }>): Promise<void> {
  const { items } = await call('listProjections', {});
  printList<ProjectionRow>(items, options.output, {
    columns: [
      { title: 'NAME', of: (row) => row.name },
      { title: 'VERSION', of: (row) => String(row.version), align: 'right' },
      { title: 'STATE', of: (row) => row.state },
      { title: 'POSITION', of: (row) => row.position, align: 'right' },
      { title: 'LAG', of: (row) => String(BigInt(row.head) - BigInt(row.position)), align: 'right' },
      { title: 'EVENTS/S', of: (row) => String(Math.round(row.rate)), align: 'right' },
      {
        title: 'LEFT',
        of: (row) => (row.etaSeconds === null ? '' : spanText(row.etaSeconds * 1000)),
        align: 'right',
      },
      { title: 'FAULT', of: (row) => row.lastError ?? '' },
    ],
    nameOf: (row) => row.name,
    none: 'There are no read models.',
  });
}

const pollMs = 250;

async function rebuild(
  { call, options }: ApiCall<{ wait?: boolean; timeout: number }>,
  name: string,
): Promise<void> {
  const startedAt = new Date().toISOString();
  const before = await call('listProjections', {});
  const servingBefore = before.items.find((row) => row.name === name && row.state === 'serving');
  await call('rebuildProjection', { params: { name } });
  if (options.wait !== true) {
    console.error(`${name} is being built. See how far it is with ampora projections list.`);
    return;
  }
  const progress = createProgress(`Rebuilding ${name}`);
  const endMs = performance.now() + options.timeout;
  let hasBuilt = false;
  try {
    for (;;) {
      const { items } = await call('listProjections', {});
      const rows = items.filter((row) => row.name === name);
      const building = rows.find((row) => row.state === 'building' || row.state === 'caught-up');
      const failed = rows.find((row) => row.state === 'failed' && row.updatedAt >= startedAt);
      if (failed !== undefined) throw new CommandFailure(explainFailed(failed), exitCodes.failed);
      if (building !== undefined) {
        hasBuilt = true;
        progress.show(Number(building.position), Number(building.head), {
          rate: building.rate,
          etaMs: building.etaSeconds === null ? null : building.etaSeconds * 1000,
        });
      } else if (hasBuilt || isNewer(rows, servingBefore)) {
        const head = Number(rows[0]?.head ?? 0);
        progress.show(head, head);
        return;
      }
      if (performance.now() > endMs)
        throw new CommandFailure(
          `${name} was not built within ${spanText(options.timeout)}; it goes on without us.`,
          exitCodes.timedOut,
        );
      await sleep(pollMs);
    }
  } finally {
    progress.stop();
  }
}

/** A build may be over before we have looked once. */
function isNewer(rows: readonly ProjectionRow[], before: ProjectionRow | undefined): boolean {
  const serving = rows.find((row) => row.state === 'serving');
  return serving !== undefined && (before === undefined || serving.updatedAt > before.updatedAt);
}

function explainFailed({ name, poisonPosition, lastError }: ProjectionRow): string {
  const where = poisonPosition === null ? '' : ` at the event of position ${poisonPosition}`;
  return `${name} could not be built: it stopped${where}. ${lastError ?? ''}`.trim();
}
