import type { CallOptions } from '@ampora/api-contract';

/** What the log can explain the fields of. */
export type ExplainedEntity = CallOptions<'explainField'>['query']['entity'];
