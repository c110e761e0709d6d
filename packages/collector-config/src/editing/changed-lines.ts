import { diffArrays } from 'diff';

import type { ChangedLines } from './config-edit.ts';

const maxEdits = 400;

/** Which lines of two texts differ, line ends not counted as part of a line's text but `\r` counted. */
export function findChangedLines(before: string, after: string): readonly ChangedLines[] {
  if (before === after) return [];
  const [left, right] = [before.split('\n'), after.split('\n')];
  let start = 0;
  const most = Math.min(left.length, right.length);
  while (start < most && left[start] === right[start]) start++;
  let end = 0;
  while (end < most - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  const [leftRest, rightRest] = [
    left.slice(start, left.length - end),
    right.slice(start, right.length - end),
  ];
  const steps = diffArrays(leftRest, rightRest, { maxEditLength: maxEdits });
  if (steps === undefined)
    return [
      {
        before: { line: start + 1, count: leftRest.length },
        after: { line: start + 1, count: rightRest.length },
      },
    ];
  const changes: ChangedLines[] = [];
  let [at, to] = [start + 1, start + 1];
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index];
    if (step === undefined) continue;
    if (!step.added && !step.removed) {
      at += step.count;
      to += step.count;
      continue;
    }
    // A removal and an addition next to each other are one change.
    const other = steps[index + 1];
    const pair = other !== undefined && (other.added || other.removed) ? [step, other] : [step];
    if (pair.length === 2) index++;
    const removed = pair.reduce((sum, one) => sum + (one.removed ? one.count : 0), 0);
    const added = pair.reduce((sum, one) => sum + (one.added ? one.count : 0), 0);
    changes.push({ before: { line: at, count: removed }, after: { line: to, count: added } });
    at += removed;
    to += added;
  }
  return changes;
}
