import type { RunningServer } from '@ampora/server';
import { type Command, InvalidArgumentError } from 'commander';
import { settingsOf, type SettingsOptions, withSettingsOptions } from '../settings-options.ts';

interface ServeOptions extends SettingsOptions {
  /** True: the flag without a number. */
  readonly demo?: number | true;
  /** False with `--no-console`. */
  readonly console: boolean;
}

const DEMO_AGENTS = 25;

export function register(program: Command): void {
  const command = program
    .command('serve')
    .description('Run the whole server here: PostgreSQL, event log, OpAMP edge, API and console')
    .option(
      '--demo [agents]',
      `bring a small simulated fleet along (default: ${DEMO_AGENTS} agents)`,
      toCount,
    )
    .option('--no-console', 'leave the web console out: API and agents only')
    .action(serve);
  withSettingsOptions(command);
}

async function serve(options: ServeOptions): Promise<void> {
  const settings = await settingsOf(options);
  const { startServer } = await import('@ampora/server');
  const server = await startServer(settings, {
    webConsole: options.console,
    exit: (code) => process.exit(code),
  });
  if (options.demo !== undefined) await tellDemo(server, options.demo === true ? DEMO_AGENTS : options.demo);
  await server.stopped;
}

async function tellDemo(server: RunningServer, agents: number): Promise<void> {
  const { runDemo } = await import('@ampora/fleet-sim');
  server.tell(`  The demo: ${agents} simulated agents. Stop with Ctrl-C.\n`);
  await runDemo({
    apiUrl: server.urls.console,
    opampUrl: server.urls.opamp,
    agents,
    signal: server.stopping,
    onStep: (text) => {
      server.tell(`  demo: ${text}\n`);
    },
  });
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= 100_000) return count;
  throw new InvalidArgumentError('It is a number of agents from 1 to 100000.');
}
