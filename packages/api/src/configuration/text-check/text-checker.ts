import type { Comparison } from '@ampora/api-contract';
import type { PipelinesComparison } from '@ampora/collector-config';
import type { TextComparison } from '../../agent/compare-texts.ts';
import { notCompared } from '../../agent/compare-texts.ts';
import { ApiError } from '../../problem/api-error.ts';
import type { CheckedText, TextCheck } from './check-one-text.ts';
import {
  TextCheckThreads,
  TextTooComplex,
  type ThreadsOptions,
  TooManyChecks,
} from './text-check-threads.ts';
import type { TextPair, TextTask } from './text-task.ts';

export interface TextChecker {
  /** Never blocks for long, whatever the text. Rejects with an ApiError when too many texts wait. */
  check(check: TextCheck): Promise<CheckedText>;
  /** The same for two texts; what takes too long to compare comes back with the reason. */
  compare(comparison: TextComparison): Promise<Comparison>;
  /** What changes in pipelines and destinations; not whole where it takes too long. */
  comparePipelines(pair: TextPair): Promise<PipelinesComparison>;
  close(): Promise<void>;
}

/** Checks texts on threads of their own: even of a small one nobody knows beforehand what it will cost. */
export function createTextChecker(options: ThreadsOptions = {}): TextChecker {
  const threads = new TextCheckThreads(options);
  const run = async <Answer>(task: TextTask<Answer>, tooComplexFor: (reason: string) => Answer) => {
    try {
      return await threads.run(task);
    } catch (error) {
      if (error instanceof TextTooComplex) return tooComplexFor(error.message);
      if (error instanceof TooManyChecks)
        throw new ApiError(503, 'configuration/too-many-checks', `${error.message} Try again in a moment.`, {
          headers: { 'retry-after': '2' },
        });
      throw error;
    }
  };
  return {
    check: (check) => run<CheckedText>({ task: 'check', check }, tooComplex),
    compare: (comparison) => run<Comparison>({ task: 'compare', comparison }, notCompared),
    comparePipelines: (pair) =>
      run<PipelinesComparison>({ task: 'pipelines', ...pair }, () => ({
        pipelines: [],
        destinations: [],
        isPartial: true,
      })),
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
