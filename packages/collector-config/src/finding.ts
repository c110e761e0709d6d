import type { ConfigPath } from './config-path.ts';
import { toPathText } from './config-path.ts';
import type { ConfigDocument } from './parse-config.ts';
import type { TextRange } from './text-positions.ts';

/** `error`: a Collector refuses or dies. `warning`: it runs, probably not as meant. `info`: worth knowing. */
export type FindingSeverity = 'error' | 'warning' | 'info';

/**
 * What found it: the text itself, the references between sections, the settings that a component knows and its own
 * rules, a lint rule, or the components that agents really have.
 */
export type FindingLayer = 'syntax' | 'semantic' | 'schema' | 'lint' | 'build';

/** One remark on a configuration text. `code` is stable (`reference/undefined-exporter`), `message` is for people. */
export interface Finding extends TextRange {
  readonly severity: FindingSeverity;
  readonly code: string;
  readonly layer: FindingLayer;
  /** Path text, empty for the configuration as a whole. */
  readonly path: string;
  readonly message: string;
  /** What to write instead, where one thing is near: a name or a value, ready to be put in. */
  readonly suggestion?: string;
}

export interface FindingDraft {
  readonly code: string;
  readonly layer: FindingLayer;
  readonly path: ConfigPath;
  readonly message: string;
  /** Default `error`. */
  readonly severity?: FindingSeverity;
  /** Which of the two is marked, the key (or list item) at the path or its value. Default `key`. */
  readonly at?: 'key' | 'value';
  readonly suggestion?: string | undefined;
}

/** The finding of a draft, with the place in the text that it is about. */
export function createFinding(document: ConfigDocument, draft: FindingDraft): Finding {
  const { code, layer, path, message, severity = 'error', at = 'key', suggestion } = draft;
  return {
    severity,
    code,
    layer,
    path: toPathText(path),
    ...document.rangeOf(path, at),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** In the order of the text; of one place, errors first. */
export function inTextOrder(findings: readonly Finding[]): readonly Finding[] {
  const weight = { error: 0, warning: 1, info: 2 } as const;
  return findings.toSorted(
    (left, right) =>
      left.line - right.line || left.column - right.column || weight[left.severity] - weight[right.severity],
  );
}
