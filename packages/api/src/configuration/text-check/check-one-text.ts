import type { Finding, LintRuleSetting } from '@ampora/collector-config';
import {
  defaultRelease,
  type KnownBuild,
  loadRelease,
  type MissingComponent,
  validateConfig,
} from '@ampora/component-library';
import { semanticHashOf } from '../semantic-hash.ts';

/** What a text is checked with. Plain data: it goes to another thread. */
export interface TextCheck {
  readonly text: string;
  /** A Collector release that the library has; the default one when left out. */
  readonly release?: string | undefined;
  readonly lintRules: readonly LintRuleSetting[];
  readonly builds?: readonly KnownBuild[] | undefined;
  readonly partlyMissing?: 'error' | 'warning' | undefined;
}

export interface CheckedText {
  readonly findings: readonly Finding[];
  readonly isPublishable: boolean;
  readonly missing: readonly MissingComponent[];
  /** SHA-256 of what the text means, as hex; absent when it is no configuration. */
  readonly semanticHash?: string;
}

/** Every check of one text. Works until it is done: a text that is not small belongs on another thread. */
export async function checkOneText({
  text,
  release,
  builds,
  partlyMissing,
  lintRules,
}: TextCheck): Promise<CheckedText> {
  const library = await loadRelease(release ?? defaultRelease);
  if (library === undefined) throw new Error(`The component library has no release ${String(release)}.`);
  const validation = validateConfig(text, {
    library,
    lintRules,
    ...(builds === undefined ? {} : { builds }),
    ...(partlyMissing === undefined ? {} : { partlyMissing }),
  });
  const semanticHash = semanticHashOf(text);
  return { ...validation, ...(semanticHash === undefined ? {} : { semanticHash }) };
}
