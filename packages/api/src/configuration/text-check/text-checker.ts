import { ApiError } from '../../problem/api-error.ts';
import { checkOneText, type CheckedText, type TextCheck } from './check-one-text.ts';
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

/**
 * Up to this length a text is checked where it is: its worst costs a few milliseconds. Aliases make more of a text than
 * is seen, so one with an anchor is never small.
 */
const smallLength = 4 * 1024;

/** Small texts are checked at once, others on threads of their own. */
export function createTextChecker(options: ThreadsOptions = {}): TextChecker {
  const threads = new TextCheckThreads(options);
  return {
    async check(check) {
      if (isSmall(check)) return checkOneText(check);
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

function isSmall({ text, lintRules, builds = [] }: TextCheck): boolean {
  return (
    text.length <= smallLength &&
    !text.includes('&') &&
    builds.length <= 20 &&
    lintRules.every(({ expression }) => expression === undefined)
  );
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
