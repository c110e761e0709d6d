import { diffArrays } from 'diff';

/** One line of a hunk. A line number is absent on the side that does not have the line. Numbers count from 1. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

export interface DiffHunk {
  readonly beforeStart: number;
  readonly afterStart: number;
  readonly lines: readonly DiffLine[];
}

export interface LineDiff {
  readonly hunks: readonly DiffHunk[];
  readonly added: number;
  readonly removed: number;
  /** True when the texts differ in too many lines to compare line by line: everything old is removed, all new added. */
  readonly isCoarse: boolean;
}

export interface DiffOptions {
  /** Unchanged lines shown around a change. Default 3. */
  readonly context?: number;
  /** Changed lines up to which an exact diff is sought; the cost grows with its square. Default 2000. */
  readonly maxEdits?: number;
}

/** A unified diff of two texts by lines; line ends `\n` and `\r\n` are the same. No hunks: the lines are equal. */
export function diffLines(before: string, after: string, options: DiffOptions = {}): LineDiff {
  const { context = 3, maxEdits = 2000 } = options;
  const [beforeLines, afterLines] = [toLines(before), toLines(after)];
  const changes = diffArrays(beforeLines, afterLines, { maxEditLength: maxEdits });
  const lines = changes === undefined ? replaceAll(beforeLines, afterLines) : number(changes);
  return {
    hunks: toHunks(lines, context),
    added: lines.filter((line) => line.kind === 'added').length,
    removed: lines.filter((line) => line.kind === 'removed').length,
    isCoarse: changes === undefined,
  };
}

function toLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

interface Change {
  readonly value: readonly string[];
  readonly added: boolean;
  readonly removed: boolean;
}

function number(changes: readonly Change[]): readonly DiffLine[] {
  let before = 0;
  let after = 0;
  return changes.flatMap(({ value, added, removed }) =>
    value.map((text): DiffLine => {
      if (added) return { kind: 'added', text, after: ++after };
      if (removed) return { kind: 'removed', text, before: ++before };
      return { kind: 'same', text, before: ++before, after: ++after };
    }),
  );
}

function replaceAll(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  return number([
    { value: before, added: false, removed: true },
    { value: after, added: true, removed: false },
  ]);
}

function toHunks(lines: readonly DiffLine[], context: number): readonly DiffHunk[] {
  const hunks: DiffHunk[] = [];
  let from = -1;
  let to = -1;
  const close = (): void => {
    if (from >= 0) hunks.push(toHunk(lines, from, Math.min(to, lines.length)));
  };
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'same') continue;
    if (from === -1 || index - context > to) {
      close();
      from = Math.max(0, index - context);
    }
    to = index + context + 1;
  }
  close();
  return hunks;
}

function toHunk(lines: readonly DiffLine[], from: number, to: number): DiffHunk {
  const shown = lines.slice(from, to);
  return {
    beforeStart: shown.find((line) => line.before !== undefined)?.before ?? 0,
    afterStart: shown.find((line) => line.after !== undefined)?.after ?? 0,
    lines: shown,
  };
}
