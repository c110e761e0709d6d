import type { ChangedLines } from '@ampora/collector-config';

export interface PeekLine {
  readonly sign: '-' | '+';
  readonly line: number;
  readonly text: string;
}

/** The lines that went and those that came, in the order of the text. */
export function peekLines(
  before: string,
  after: string,
  changed: readonly ChangedLines[],
): readonly PeekLine[] {
  const [left, right] = [before.split('\n'), after.split('\n')];
  const take = (sign: '-' | '+', lines: readonly string[], { line, count }: ChangedLines['before']) =>
    lines
      .slice(line - 1, line - 1 + count)
      .map((text, index) => ({ sign, line: line + index, text: text.replace(/\r$/, '') }));
  return changed.flatMap((one) => [...take('-', left, one.before), ...take('+', right, one.after)]);
}

/** How many lines are not as they were: a replaced one counts once. */
export function countChanged(changed: readonly ChangedLines[]): number {
  return changed.reduce((sum, { before, after }) => sum + Math.max(before.count, after.count), 0);
}
