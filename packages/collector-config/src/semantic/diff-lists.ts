import { diffArrays } from 'diff';

/** What became of the members of a list. Indexes count from 0; -1 stands for "not on this side". */
export interface ListStep {
  readonly kind: 'kept' | 'moved' | 'removed' | 'added' | 'replaced';
  readonly before: number;
  readonly after: number;
}

const maxEdits = 500;

/**
 * The shortest way from one list to the other by members that are equal as texts. A member taken out at one place and
 * put in at another moved; members that take each other's place between two that stay are one replacement.
 */
export function diffLists(before: readonly string[], after: readonly string[]): readonly ListStep[] {
  const { steps, gaps } = align(before, after);
  const loose = gaps.flatMap((gap) => gap.removed.map((index) => [before[index] ?? '', index] as const));
  const removedAt = new Map<string, number[]>();
  for (const [text, index] of loose) removedAt.set(text, [...(removedAt.get(text) ?? []), index]);
  const movedFrom = new Set<number>();
  const movedTo = new Map<number, number>();
  for (const gap of gaps)
    for (const index of gap.added) {
      const from = removedAt.get(after[index] ?? '')?.shift();
      if (from === undefined) continue;
      movedFrom.add(from);
      movedTo.set(index, from);
    }
  for (const gap of gaps) {
    const removed = gap.removed.filter((index) => !movedFrom.has(index));
    const added = gap.added.filter((index) => !movedTo.has(index));
    const pairs = Math.min(removed.length, added.length);
    for (let at = 0; at < pairs; at++)
      steps.push({ kind: 'replaced', before: removed[at] ?? -1, after: added[at] ?? -1 });
    for (const index of removed.slice(pairs)) steps.push({ kind: 'removed', before: index, after: -1 });
    for (const index of added.slice(pairs)) steps.push({ kind: 'added', before: -1, after: index });
  }
  for (const [to, from] of movedTo) steps.push({ kind: 'moved', before: from, after: to });
  return steps.toSorted((left, right) => placeOf(left) - placeOf(right) || left.before - right.before);
}

interface Gap {
  readonly removed: number[];
  readonly added: number[];
}

function align(
  before: readonly string[],
  after: readonly string[],
): { readonly steps: ListStep[]; readonly gaps: readonly Gap[] } {
  const steps: ListStep[] = [];
  const gaps: Gap[] = [];
  const changes = diffArrays([...before], [...after], { maxEditLength: maxEdits });
  // Lists that differ in nearly everything: place by place is all that can be said in good time.
  if (changes === undefined) {
    const isKept = (index: number): boolean => before[index] === after[index];
    const [removed, added] = [before, after].map((list) =>
      [...list.keys()].filter((index) => !isKept(index)),
    );
    for (const index of before.keys())
      if (isKept(index)) steps.push({ kind: 'kept', before: index, after: index });
    return { steps, gaps: [{ removed: removed ?? [], added: added ?? [] }] };
  }
  let [left, right] = [0, 0];
  let gap: Gap | undefined;
  for (const { value, added, removed } of changes)
    for (const _ of value) {
      if (!added && !removed) {
        gap = undefined;
        steps.push({ kind: 'kept', before: left++, after: right++ });
        continue;
      }
      if (gap === undefined) gaps.push((gap = { removed: [], added: [] }));
      if (removed) gap.removed.push(left++);
      else gap.added.push(right++);
    }
  return { steps, gaps };
}

function placeOf(step: ListStep): number {
  return step.after === -1 ? step.before : step.after;
}
