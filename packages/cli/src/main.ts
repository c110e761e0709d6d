import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { buildProgram } from './build-program.ts';
import { CommandFailure } from './command-failure.ts';
import { exitCodes } from './exit-codes.ts';

dieWithLauncher();
ignoreClosedOutput();
try {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(manifest) as { readonly version: string };
  await buildProgram(version).parseAsync(process.argv);
} catch (error) {
  process.exitCode = explain(error);
}

/** Under an older Node a launcher stands before us: when it is killed, so are we, as if it had been us. */
function dieWithLauncher(): void {
  process.channel?.unref();
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGKILL');
  });
}

/** `ampora … | head` closes our output; that is no failure. */
function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof CommandFailure) {
    console.error(error.message);
    return error.exitCode;
  }
  if (isStartupError(error)) {
    console.error([error.message, ...error.details.map((line) => `  ${line}`)].join('\n'));
    return exitCodes.failed;
  }
  console.error(error);
  return exitCodes.failed;
}

/** By its shape: importing its class would load the server's libraries for every small command. */
function isStartupError(error: unknown): error is Error & { readonly details: readonly string[] } {
  return error instanceof Error && 'details' in error && Array.isArray(error.details);
}
