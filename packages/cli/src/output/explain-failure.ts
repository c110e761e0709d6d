import { ApiProblem, type Finding } from '@ampora/api-contract';
import { CommandFailure } from '../command-failure.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';

/** Turns what a request threw into one clear message with the problem's code; other errors are handed back as they are. */
export function explainRequestFailure(error: unknown, url: string): unknown {
  if (error instanceof ApiProblem) {
    const { detail, title, errors = [] } = error.problem;
    const faults = [
      ...errors
        .filter(({ message }) => !detail.includes(message))
        .map(({ pointer, message }) => `\n  ${pointer}: ${message}`),
      ...findingsOf(error.problem['findings']),
    ].join('');
    return new CommandFailure(`${detail || title} (${error.code})${faults}`, exitCodeOf(error.status));
  }
  if (isUnreachable(error)) {
    const reason = reasonOf(error);
    return new CommandFailure(
      `No server answers at ${url}${reason}. Start one with ampora serve, or name another with --url or AMPORA_URL.`,
      exitCodes.unreachable,
    );
  }
  return error;
}

/** What is wrong with a configuration's text, where the problem says so. */
function findingsOf(findings: unknown): string[] {
  if (!Array.isArray(findings)) return [];
  return (findings as readonly Partial<Finding>[]).map(({ line, column, path = '', message = '' }) => {
    const where = [line == null ? '' : `line ${line}:${column ?? 1}`, path];
    return `\n  ${[...where, message].filter((part) => part !== '').join(': ')}`;
  });
}

function exitCodeOf(status: number): ExitCode {
  if (status === 400) return exitCodes.usage;
  if (status === 404 || status === 410) return exitCodes.notFound;
  if (status === 504) return exitCodes.timedOut;
  return status < 500 ? exitCodes.refused : exitCodes.failed;
}

/** Node's fetch throws a TypeError whose cause is the socket's error. */
function isUnreachable(error: unknown): error is TypeError {
  return error instanceof TypeError && error.message === 'fetch failed';
}

function reasonOf({ cause }: TypeError): string {
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? ` (${code})` : '';
}
