import type { ConfigPath } from '../config-path.ts';
import type { FindingSeverity } from '../finding.ts';
import type { ConfigDocument } from '../parse-config.ts';

/** What a lint rule remarks on. */
export interface LintRemark {
  readonly path: ConfigPath;
  readonly message: string;
  readonly at?: 'key' | 'value';
  readonly suggestion?: string;
  /** At most this, whatever the rule's severity is: for what cannot be seen to the end here. */
  readonly atMost?: FindingSeverity;
}

/** A rule that comes with Ampora. Its findings have the code `lint/<id>`. */
export interface BuiltInLintRule {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `error` keeps a text from being published. */
  readonly defaultSeverity: FindingSeverity;
  readonly check: (document: ConfigDocument) => readonly LintRemark[];
}
