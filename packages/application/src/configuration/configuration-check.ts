import type { JsonValue } from '@ampora/kernel';

/** What checking a text found. `blocking` findings keep it from being published. */
export interface ConfigurationCheck {
  readonly blocking: boolean;
  readonly findings: readonly JsonValue[];
  /** SHA-256 of what the text means; absent when it means nothing. */
  readonly semanticHash?: string | undefined;
}
