import type { ExitCode } from './exit-codes.ts';

/** Ends the command with a message on stderr and an exit code of the documented ones. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}
