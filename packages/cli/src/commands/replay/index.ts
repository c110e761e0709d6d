import { type Command, Option } from 'commander';
import { apiAction } from '../../output/api-command.ts';
import { exportSlice } from './export-slice.ts';
import { runReplay } from './run-replay.ts';
import { toBound } from './slice-bounds.ts';

export function register(program: Command): void {
  const replay = withSlice(
    program
      .command('replay')
      .description(
        'Load a slice of the log into a throw-away server, decide it again, and step through it, forwards and backwards. Exit code 2 when something is not as it was',
      ),
  )
    .option(
      '--data <directory>',
      'where the throw-away server keeps its data (default: a temporary directory)',
    )
    .option('--keep', 'leave its data there')
    .option('--steps', 'print every step instead of asking for keys (the default where there is no terminal)')
    .option('--backwards', 'with --steps, the last one first')
    .option('--changes', 'with --steps, only what people did')
    .option('--no-console', 'leave the web console out')
    .option('--no-compare', "leave the source's read models out of the comparison")
    .addOption(new Option('-o <format>', 'how to print steps').choices(['table', 'json']).default('table'))
    .action(
      apiAction(({ options, ...rest }) => runReplay({ ...rest, options: { ...options, output: options.o } })),
    );

  withSlice(
    replay
      .command('export')
      .description(
        'Write a slice to a file that another replay can load; scrubbed, it can be given to others',
      ),
  )
    .requiredOption('--output <file>', 'where to write')
    .action(apiAction(exportSlice));
}

function withSlice(command: Command): Command {
  return command
    .option('--from <moment>', 'first event: a position, or a time (default: the beginning)', toBound)
    .option('--to <moment>', 'last event: a position, or a time (default: the end)', toBound)
    .option('--file <file>', 'an export (.jsonl) instead of a running server')
    .option('--scrub', 'replace names, addresses, attributes, secrets, people and ids, the same by the same');
}
