import { ApiError } from '../../problem/api-error.ts';
import type { CheckedText, TextCheck } from './check-one-text.ts';
import {
  TextCheckThreads,
  TextTooComplex,
  type ThreadsOptions,
  TooManyChecks,
} from './text-check-threads.ts';

export interface TextChecker {
  /** Never blocks for long, whatever the text. Rejects with an ApiError when too many texts wait. */
  check(check: TextCheck): Promise<CheckedText>;
  close(): Promise<void>;
}

/** Checks texts on threads of their own: even of a small one nobody knows beforehand what it will cost. */
export function createTextChecker(options: ThreadsOptions = {}): TextChecker {
  const threads = new TextCheckThreads(options);
  return {
    async check(check) {
      try {
        return await threads.run(check);
      } catch (error) {
        if (error instanceof TextTooComplex) return tooComplex(error.message);
        if (error instanceof TooManyChecks)
          throw new ApiError(
            503,
            'configuration/too-many-checks',
            `${error.message} Try again in a moment.`,
            {
              headers: { 'retry-after': '2' },
            },
          );
        throw error;
      }
    },
    close: () => threads.close(),
  };
}

function tooComplex(reason: string): CheckedText {
  const message = `The configuration cannot be checked. ${reason} Split it, or take out what is repeated.`;
  const place = { path: '', line: 1, column: 1, endLine: 1, endColumn: 1 };
  return {
    findings: [{ severity: 'error', code: 'syntax/too-complex', layer: 'syntax', message, ...place }],
    isPublishable: false,
    missing: [],
  };
}
