/**
 * The process cannot start, and its operator can mend it. The message is one line: what is wrong and what to do.
 * `details` are lines worth reading below it, such as the end of another program's log.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  readonly details: readonly string[];

  constructor(
    message: string,
    options: { readonly details?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.details = options.details ?? [];
  }
}
