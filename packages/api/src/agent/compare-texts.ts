import type { Comparison } from '@ampora/api-contract';
import type { MeaningComparison } from '@ampora/collector-config';
import {
  compareMeaning,
  compareWithEffective,
  containsConfigTexts,
  diffLines,
  maskSecrets,
} from '@ampora/collector-config';

type Hunks = Comparison['hunks'];

/** What is to be compared, as plain data: it goes to another thread. */
export type TextComparison =
  | { readonly kind: 'versions'; readonly left: string; readonly right: string }
  | {
      readonly kind: 'effective';
      readonly assigned: string | null;
      readonly effective: Readonly<Record<string, string>>;
    };

/** Works until it is done: texts that are not small belong on another thread. */
export function compareAny(comparison: TextComparison): Comparison {
  return comparison.kind === 'versions'
    ? compareTexts(comparison.left, comparison.right)
    : compareConfigs(comparison.assigned, comparison.effective);
}

/** What is shown of texts that take too long to compare. */
export function notCompared(reason: string): Comparison {
  return { ...compareLines(null, null), semanticProblem: `The texts cannot be compared. ${reason}` };
}

/** The line diff of two texts with their secrets masked. */
function hunksOf(left: string, right: string): Hunks {
  return diffLines(left, right).hunks.map((hunk) => ({
    leftStart: hunk.beforeStart,
    rightStart: hunk.afterStart,
    lines: hunk.lines.map(({ kind, before, after, text }) => ({
      kind,
      left: before ?? null,
      right: after ?? null,
      text,
    })),
  }));
}

/** Two versions: the line diff, and what changed in meaning. */
function compareTexts(left: string, right: string): Comparison {
  return { ...compareLines(left, right), ...toMeaning(compareMeaning(left, right)) };
}

type Meaning = Pick<Comparison, 'semantic' | 'identical' | 'semanticProblem'>;

function compareLines(left: string | null, right: string | null): Comparison {
  const maskedLeft = left === null ? null : maskSecrets(left);
  const maskedRight = right === null ? null : maskSecrets(right);
  return {
    left: maskedLeft,
    right: maskedRight,
    hunks: maskedLeft === null || maskedRight === null ? [] : hunksOf(maskedLeft, maskedRight),
    differences: [],
    semantic: [],
    identical: null,
    semanticProblem: null,
  };
}

function toMeaning({ changes, identical, unreadable }: MeaningComparison): Meaning {
  return {
    semantic: changes.map(({ kind, path, before, after, sentence }) => ({
      kind,
      path,
      before: shownOf(before),
      after: shownOf(after),
      sentence,
    })),
    identical,
    semanticProblem:
      unreadable === null
        ? null
        : `The ${unreadable.side === 'before' ? 'left' : 'right'} side is no configuration (line ${unreadable.problem.line}): ${unreadable.problem.message}`,
  };
}

function shownOf(value: MeaningComparison['changes'][number]['before']): string | null {
  return value === null ? null : String(value);
}

/** What was assigned against what is effective: the line diff, and what is missing or changed in meaning. */
function compareConfigs(assigned: string | null, effective: Readonly<Record<string, string>>): Comparison {
  const shown = Object.keys(effective)
    .sort()
    .map((name) => effective[name] ?? '');
  const lines = compareLines(assigned, shown.length === 0 ? null : shown.join('\n'));
  if (assigned === null || shown.length === 0) return lines;
  const comparison = { ...lines, ...toMeaning(compareWithEffective(assigned, effective)) };
  const containment = containsConfigTexts({ assigned, effective });
  if (!containment.ok) return comparison;
  return {
    ...comparison,
    differences: containment.containment.differences.map(
      ({ path, kind, assigned: wanted, effective: found }) => ({
        path,
        kind,
        assigned: textOf(wanted),
        effective: textOf(found),
      }),
    ),
  };
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
