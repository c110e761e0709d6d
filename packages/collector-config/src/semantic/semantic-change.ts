import type { BoundedValue } from '../bounded-value.ts';
import type { ConfigPath } from '../config-path.ts';

export type SemanticChangeKind = 'added' | 'removed' | 'modified' | 'moved';

/** One difference in meaning between two configurations. */
export interface SemanticChange {
  readonly kind: SemanticChangeKind;
  /** Path text on the side that has it, the later one when both have: `processors.batch.timeout`. */
  readonly path: string;
  /** Where it stands before and after; null on the side that does not have it. */
  readonly from: ConfigPath | null;
  readonly to: ConfigPath | null;
  /** The value on either side, bounded, secrets masked; null on the side that does not have it. */
  readonly before: BoundedValue;
  readonly after: BoundedValue;
  /** One sentence for people, without a full stop. */
  readonly sentence: string;
}
