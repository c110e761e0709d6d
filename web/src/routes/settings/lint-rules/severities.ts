import type { LintSeverity } from '@ampora/api-contract';

/** From what stands in the way of publishing to what is good to know. */
export const severities: readonly LintSeverity[] = ['error', 'warning', 'info'];
