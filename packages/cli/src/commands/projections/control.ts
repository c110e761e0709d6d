import type { ProjectionAction, ProjectionRow } from '@ampora/api-contract';
import { type Command, Option } from 'commander';
import { apiAction, type ApiCall, toCount, toDurationMs } from '../../output/api-command.ts';
import { outputOption, type OutputFormat } from '../../output/output-format.ts';
import { printRows } from './list.ts';
import { waitForRows } from './wait-for-row.ts';

export interface TargetOptions {
  readonly ofVersion?: number;
  readonly slot?: 'live' | 'rebuild';
}

interface ControlOptions extends TargetOptions {
  readonly output: OutputFormat;
  readonly wait?: boolean;
  readonly timeout: number;
}

type Controlled = Exclude<ProjectionAction, 'rebuild' | 'compare'>;

const operationOf = {
  pause: 'pauseProjection',
  resume: 'resumeProjection',
  cancel: 'cancelProjection',
  switch: 'switchProjection',
  retire: 'retireProjection',
  retry: 'retryProjection',
} as const satisfies Record<Controlled, string>;

const descriptions: Record<Controlled, string> = {
  pause: 'Let a build rest; it keeps what it has',
  resume: 'Go on with a build that rests',
  cancel: 'Give a rebuild up and drop its tables',
  switch: 'Serve from what has been built',
  retire: 'Drop the tables of a version that does not serve',
  retry: 'Go on where a read model stopped at an event',
};

/** Whether the rows show that it was done. */
const isDone: Record<Controlled, (rows: readonly ProjectionRow[]) => boolean> = {
  pause: (rows) => rows.some(({ paused }) => paused),
  resume: (rows) => !rows.some(({ paused }) => paused),
  cancel: (rows) => !rows.some(({ slot }) => slot === 'rebuild'),
  switch: (rows) =>
    !rows.some(({ slot, held, pending }) => (slot === 'rebuild' && !held) || pending === 'switch'),
  retire: (rows) => !rows.some(({ pending }) => pending === 'retire'),
  retry: (rows) => !rows.some(({ pending }) => pending === 'retry'),
};

export function register(projections: Command): void {
  for (const action of Object.keys(operationOf) as Controlled[]) {
    targeted(
      projections.command(action).description(descriptions[action]).argument('<name>', 'the read model'),
    )
      .option('--wait', 'wait until it is done')
      .option('--timeout <duration>', 'with --wait, how long at the most', toDurationMs, 600_000)
      .addOption(outputOption())
      .action(
        apiAction(async ({ call, options }: ApiCall<ControlOptions>, name: string) => {
          const { items } = await call(operationOf[action], { params: { name }, body: targetOf(options) });
          const ofName = (rows: readonly ProjectionRow[]) => rows.filter((row) => row.name === name);
          const rows = options.wait
            ? await waitForRows(
                call,
                { timeoutMs: options.timeout, what: `To ${action} ${name}` },
                (found) => (isDone[action](ofName(found)) ? ofName(found) : undefined),
              )
            : ofName(items);
          printRows(rows, options.output);
        }),
      );
  }
}

/** Which row of a read model is meant, where several would do. */
export function targeted(command: Command): Command {
  return command
    .option('--of-version <version>', 'which version, where there are several', toCount)
    .addOption(
      new Option('--slot <slot>', 'what serves, or the rebuild beside it').choices(['live', 'rebuild']),
    );
}

export function targetOf({ ofVersion, slot }: TargetOptions) {
  return {
    ...(ofVersion === undefined ? {} : { version: ofVersion }),
    ...(slot === undefined ? {} : { slot }),
  };
}
