import type { Comparison } from '@ampora/api-contract';
import type { TextComparison } from '../../agent/compare-texts.ts';
import type { PipelinesComparison } from '@ampora/collector-config';
import type { CheckedText, TextCheck } from './check-one-text.ts';

/** What a thread is asked, as plain data. `Answer` is what comes back. */
export type TextTask<Answer = unknown> =
  | (CheckedText extends Answer ? { readonly task: 'check'; readonly check: TextCheck } : never)
  | (Comparison extends Answer ? { readonly task: 'compare'; readonly comparison: TextComparison } : never)
  | (PipelinesComparison extends Answer ? { readonly task: 'pipelines' } & TextPair : never);

/** Two texts; null stands for none. */
export interface TextPair {
  readonly before: string | null;
  readonly after: string | null;
}
