/** What a script can rely on when `ampora` ends. */
export const exitCodes = {
  /** Done; for `serve`: stopped in good order. */
  ok: 0,
  /** It failed: the server did not start, a request failed, a check found a fault. */
  failed: 1,
  /** The command line was wrong; nothing was tried. */
  usage: 2,
  /** `diff` found differences. */
  differences: 2,
  /** `configs lint`: a file cannot be read, or there is no such release; nothing was checked. */
  cannotLint: 2,
  /** The server does not answer. */
  unreachable: 3,
  /** What was asked for does not exist. */
  notFound: 4,
  /** The server refused: a rule, a stale version, a missing role. */
  refused: 5,
  /** What was waited for did not happen in time. */
  timedOut: 6,
  /** `events verify`: the export is not what was sealed. */
  refuted: 7,
  /** `events verify`: there is no such file, or it is no export. */
  unreadable: 8,
  // 128 + n: ended by signal n, as shells count (130 for Ctrl-C asked twice, 143 for SIGTERM asked twice).
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
