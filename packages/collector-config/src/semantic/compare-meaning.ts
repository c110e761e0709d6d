import type { ConfigPath } from '../config-path.ts';
import { toPathText } from '../config-path.ts';
import type { ConfigMap } from '../config-value.ts';
import type { ConfigDifference, ConfigTexts } from '../contains.ts';
import { containsConfig, readConfigTexts } from '../contains.ts';
import type { ConfigProblem, ParseLimits } from '../parse-config.ts';
import { parseConfig } from '../parse-config.ts';
import { diffSemantics } from './diff-semantics.ts';
import type { SemanticChange } from './semantic-change.ts';
import { semanticText } from './semantic-text.ts';

/** What two texts have in common: every byte, what they mean, or neither. */
export type Identity = 'bytes' | 'meaning' | null;

export interface MeaningComparison {
  readonly identical: Identity;
  readonly changes: readonly SemanticChange[];
  /** Why nothing can be said about the meaning: one side is no configuration. */
  readonly unreadable: { readonly side: 'before' | 'after'; readonly problem: ConfigProblem } | null;
}

/** Two texts of configurations: are they the same, and what changed in meaning. */
export function compareMeaning(before: string, after: string, limits: ParseLimits = {}): MeaningComparison {
  const isSame = before === after;
  const left = parseConfig(before, limits);
  if (!left.ok) return unreadable('before', left.problems, isSame);
  const right = isSame ? left : parseConfig(after, limits);
  if (!right.ok) return unreadable('after', right.problems, isSame);
  if (isSame) return { identical: 'bytes', changes: [], unreadable: null };
  const hasSameMeaning = semanticText(left.document) === semanticText(right.document);
  const changes = hasSameMeaning ? [] : diffSemantics(left.document, right.document);
  return { identical: hasSameMeaning ? 'meaning' : null, changes, unreadable: null };
}

/**
 * What was assigned against what runs. A Collector's rendering adds defaults and a supervisor adds its own parts: only
 * what was assigned and does not run, or runs with another value, is a change.
 */
export function compareWithEffective(
  assigned: string,
  effective: ConfigTexts,
  limits: ParseLimits = {},
): MeaningComparison {
  const isSame = typeof effective !== 'string' && Object.values(effective).every((text) => text === assigned);
  const left = readConfigTexts(assigned, limits);
  if (!left.ok) return unreadable('before', left.problems, isSame);
  const right = readConfigTexts(effective, limits);
  if (!right.ok) return unreadable('after', right.problems, isSame);
  const changes = diffDrift(left.root, right.root);
  const isMeant = changes.length === 0 ? 'meaning' : null;
  return { identical: isSame ? 'bytes' : isMeant, changes, unreadable: null };
}

function unreadable(
  side: 'before' | 'after',
  problems: readonly ConfigProblem[],
  isSame: boolean,
): MeaningComparison {
  const [problem] = problems;
  return {
    identical: isSame ? 'bytes' : null,
    changes: [],
    unreadable: problem === undefined ? null : { side, problem },
  };
}

function diffDrift(assigned: ConfigMap, effective: ConfigMap): readonly SemanticChange[] {
  const { differences } = containsConfig(assigned, effective);
  if (differences.length === 0) return [];
  const changes = diffSemantics({ root: assigned }, { root: effective });
  const byBeginning = new Map<string, SemanticChange[]>();
  for (const change of changes)
    for (const beginning of beginningsOf(change.from ?? change.to ?? [])) {
      const known = byBeginning.get(beginning);
      if (known === undefined) byBeginning.set(beginning, [change]);
      else known.push(change);
    }
  const shown = differences.flatMap(
    (difference) => byBeginning.get(difference.path) ?? [toChange(difference)],
  );
  return [...new Set(shown)];
}

function beginningsOf(path: ConfigPath): readonly string[] {
  return path.map((_, index) => toPathText(path.slice(0, index + 1)));
}

// What is no difference between two written texts may be one between a text and its rendering.
function toChange({ path, kind, assigned, effective = null }: ConfigDifference): SemanticChange {
  const isMissing = kind === 'missing';
  return {
    kind: isMissing ? 'removed' : 'modified',
    path,
    from: null,
    to: null,
    before: assigned,
    after: effective,
    sentence: isMissing ? `${path} was assigned and does not run` : `${path} runs with another value`,
  };
}
