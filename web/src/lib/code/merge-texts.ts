import { diff } from '@codemirror/merge';

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

/**
 * Changes that touch are one place: what stands next to each other rarely means something alone. Throws for texts with
 * more than 55,000 different lines.
 */
export function mergeTexts(base: string, theirs: string, mine: string): Merge {
  const [was, one, two] = [base.split('\n'), theirs.split('\n'), mine.split('\n')];
  const write = createAlphabet();
  const [byThem, byMe] = [changesOf(write(was), write(one)), changesOf(write(was), write(two))];
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
    if (untouched > 0) stretches.push(was.slice(next.base, from));
    const end = {
      base: to,
      theirs: next.theirs + untouched + (to - from) + growth(group.theirs),
      mine: next.mine + untouched + (to - from) + growth(group.mine),
    };
    stretches.push(
      placeOf(
        was.slice(from, to),
        one.slice(next.theirs + untouched, end.theirs),
        two.slice(next.mine + untouched, end.mine),
        group,
      ),
    );
    Object.assign(next, end);
  }
  if (next.base < was.length) stretches.push(was.slice(next.base));
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
  // No line and one empty line are not the same.
  const same = theirs.length === mine.length && theirs.every((line, index) => line === mine[index]);
  const kind =
    group.mine.length === 0 ? 'theirs' : group.theirs.length === 0 ? 'mine' : same ? 'same' : 'conflict';
  return { kind, base, theirs, mine };
}

const growth = (changes: readonly Change[]) =>
  changes.reduce((sum, { from, to, other, otherTo }) => sum + (otherTo - other) - (to - from), 0);

/** Changes from one text to another, each line of which is one character. */
function changesOf(base: string, other: string): readonly Change[] {
  return diff(base, other, { scanLimit: 5_000, timeout: 1_000 }).map(({ fromA, toA, fromB, toB }) => ({
    from: fromA,
    to: toA,
    other: fromB,
    otherTo: toB,
  }));
}

/** Code units below the surrogates. */
const mostLetters = 0xd7ff;

/** Writes each line as one character, the same one for the same line, so that a diff of characters is one of lines. */
function createAlphabet(): (lines: readonly string[]) => string {
  const letters = new Map<string, number>();
  return (lines) => {
    const codes = lines.map((line) => {
      const known = letters.get(line);
      if (known !== undefined) return known;
      const letter = letters.size;
      if (letter > mostLetters) throw new Error('The texts have too many different lines to be merged.');
      letters.set(line, letter);
      return letter;
    });
    let text = '';
    for (let from = 0; from < codes.length; from += 10_000)
      text += String.fromCharCode(...codes.slice(from, from + 10_000));
    return text;
  };
}
