import { Chunk } from '@codemirror/merge';
import { Text } from '@codemirror/state';

/** Which text a place of a merge is taken from. */
export type Side = 'theirs' | 'mine' | 'both';

/** Lines that at least one of two people changed. */
export interface MergedPlace {
  /** `conflict`: both changed the same lines, and not in the same way. */
  readonly kind: 'theirs' | 'mine' | 'same' | 'conflict';
  readonly base: readonly string[];
  readonly theirs: readonly string[];
  readonly mine: readonly string[];
}

/** Two texts that come from one, as stretches of lines that nobody touched and places that somebody did. */
export interface Merge {
  readonly stretches: readonly (readonly string[] | MergedPlace)[];
  readonly places: readonly MergedPlace[];
  readonly conflicts: readonly MergedPlace[];
}

/** Lines [from, to) of the base became lines [other, otherTo) of the other text. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly other: number;
  readonly otherTo: number;
}

/** Changes that touch are one place: what stands next to each other rarely means something alone. */
export function mergeTexts(base: string, theirs: string, mine: string): Merge {
  const [was, one, two] = [base, theirs, mine].map((text) => Text.of(text.split('\n'))) as [Text, Text, Text];
  const [byThem, byMe] = [changesOf(was, one), changesOf(was, two)];
  const stretches: (readonly string[] | MergedPlace)[] = [];
  const next = { base: 0, theirs: 0, mine: 0 };
  let [left, right] = [0, 0];
  while (left < byThem.length || right < byMe.length) {
    const from = Math.min(byThem[left]?.from ?? Infinity, byMe[right]?.from ?? Infinity);
    let to = from;
    const group: { theirs: Change[]; mine: Change[] } = { theirs: [], mine: [] };
    for (;;) {
      const them = byThem[left];
      const me = byMe[right];
      if (them !== undefined && them.from <= to) {
        group.theirs.push(them);
        to = Math.max(to, them.to);
        left += 1;
      } else if (me !== undefined && me.from <= to) {
        group.mine.push(me);
        to = Math.max(to, me.to);
        right += 1;
      } else break;
    }
    const untouched = from - next.base;
    if (untouched > 0) stretches.push(linesOf(was, next.base, from));
    const end = {
      base: to,
      theirs: next.theirs + untouched + (to - from) + growth(group.theirs),
      mine: next.mine + untouched + (to - from) + growth(group.mine),
    };
    stretches.push(
      placeOf(
        linesOf(was, from, to),
        linesOf(one, next.theirs + untouched, end.theirs),
        linesOf(two, next.mine + untouched, end.mine),
        group,
      ),
    );
    Object.assign(next, end);
  }
  if (next.base < was.lines) stretches.push(linesOf(was, next.base, was.lines));
  const places = stretches.filter(isPlace);
  return { stretches, places, conflicts: places.filter(({ kind }) => kind === 'conflict') };
}

/** The merged text; for conflicts, in their order, `choices` says whose lines stand. */
export function mergedText(merge: Merge, choices: readonly Side[]): string {
  let conflict = 0;
  const lines = merge.stretches.flatMap((stretch) => {
    if (!isPlace(stretch)) return stretch;
    if (stretch.kind === 'theirs') return stretch.theirs;
    if (stretch.kind !== 'conflict') return stretch.mine;
    const choice = choices[conflict] ?? 'mine';
    conflict += 1;
    if (choice === 'both') return [...stretch.theirs, ...stretch.mine];
    return stretch[choice];
  });
  return lines.join('\n');
}

const isPlace = (stretch: readonly string[] | MergedPlace): stretch is MergedPlace => 'kind' in stretch;

function placeOf(
  base: readonly string[],
  theirs: readonly string[],
  mine: readonly string[],
  group: { theirs: readonly Change[]; mine: readonly Change[] },
): MergedPlace {
  const same = theirs.join('\n') === mine.join('\n');
  const kind =
    group.mine.length === 0 ? 'theirs' : group.theirs.length === 0 ? 'mine' : same ? 'same' : 'conflict';
  return { kind, base, theirs, mine };
}

const growth = (changes: readonly Change[]) =>
  changes.reduce((sum, { from, to, other, otherTo }) => sum + (otherTo - other) - (to - from), 0);

function linesOf(text: Text, from: number, to: number): readonly string[] {
  const lines: string[] = [];
  if (from >= to) return lines;
  for (const line of text.iterLines(from + 1, to + 1)) lines.push(line);
  return lines;
}

function changesOf(base: Text, other: Text): readonly Change[] {
  return Chunk.build(base, other, { scanLimit: 5_000 }).map(({ fromA, toA, fromB, toB }) => ({
    from: lineIndex(base, fromA),
    to: lineIndex(base, toA),
    other: lineIndex(other, fromB),
    otherTo: lineIndex(other, toB),
  }));
}

/** Chunks begin at the head of a line; one that reaches the end of the text ends behind it. */
const lineIndex = (text: Text, offset: number) =>
  offset > text.length ? text.lines : text.lineAt(offset).number - 1;
