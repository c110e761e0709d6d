import type { ProjectionRow } from '@ampora/api-contract';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandFailure } from '../../command-failure.ts';
import { exitCodes } from '../../exit-codes.ts';
import { apiAction, type ApiCall, toCount, toDurationMs } from '../../output/api-command.ts';
import { createProgress } from '../../output/progress.ts';
import { waitForRows } from './wait-for-row.ts';

interface RebuildOptions {
  readonly wait?: boolean;
  readonly hold?: boolean;
  readonly share?: number;
  readonly ofVersion?: number;
  readonly timeout: number;
}

export function register(projections: Command): void {
  projections
    .command('rebuild')
    .description('Build a read model anew beside the serving one, then switch')
    .argument('<name>', 'the read model')
    .option('--hold', 'do not switch when it has caught up: wait for ampora projections switch')
    .option('--share <share>', 'how much of the machine it may take, 0.05 to 1', toShare)
    .option('--of-version <version>', 'which version, where there are several', toCount)
    .option('--wait', 'wait until it serves; with --hold, until it has caught up')
    .option('--timeout <duration>', 'with --wait, how long at the most', toDurationMs, 3_600_000)
    .action(apiAction(rebuild));
}

async function rebuild({ call, options }: ApiCall<RebuildOptions>, name: string): Promise<void> {
  const { hold, share, ofVersion } = options;
  const { items } = await call('rebuildProjection', {
    params: { name },
    body: {
      ...(hold === undefined ? {} : { hold }),
      ...(share === undefined ? {} : { share }),
      ...(ofVersion === undefined ? {} : { version: ofVersion }),
    },
  });
  const begun = items.find(
    (row) =>
      row.name === name && row.slot === 'rebuild' && (ofVersion === undefined || row.version === ofVersion),
  );
  if (options.wait !== true) {
    console.error(`${name} is being built. See how far it is with ampora projections list.`);
    return;
  }
  if (begun === undefined) return;
  const progress = createProgress(`Rebuilding ${name}`);
  try {
    await waitForRows(call, { timeoutMs: options.timeout, what: `The rebuild of ${name}` }, (rows) => {
      const same = rows.filter((row) => row.name === name && row.version === begun.version);
      const row = same.find(({ slot }) => slot === 'rebuild');
      if (row === undefined) {
        const head = Number(same[0]?.head ?? 0);
        // What takes the place of the old tables keeps the time of its own beginning.
        if (same.some(({ startedAt }) => startedAt === begun.startedAt)) {
          progress.show(head, head);
          return true;
        }
        throw new CommandFailure(`The rebuild of ${name} was cancelled.`, exitCodes.failed);
      }
      if (row.state === 'failed') throw new CommandFailure(explainFailed(row), exitCodes.failed);
      progress.show(Number(row.position), Number(row.head), {
        rate: row.rate,
        etaMs: row.etaSeconds === null ? null : row.etaSeconds * 1000,
      });
      return row.held && row.state === 'caught-up' ? true : undefined;
    });
  } finally {
    progress.stop();
  }
  if (hold === true)
    console.error(
      `${name} has caught up and waits: ampora projections compare ${name}, then switch or cancel.`,
    );
}

export function explainFailed({ name, failure, lastError }: ProjectionRow): string {
  const { position, type, stream } = failure ?? {};
  const where = position == null ? '' : ` at the event ${type} of position ${position} in ${stream}`;
  return `${name} could not be built: it stopped${where}. ${failure?.message ?? lastError ?? ''}`.trim();
}

function toShare(text: string): number {
  const share = Number(text);
  if (share >= 0.05 && share <= 1) return share;
  throw new InvalidArgumentError('It is a number from 0.05 to 1.');
}
