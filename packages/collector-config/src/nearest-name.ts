const maxKnown = 2_000;
const maxLength = 64;

/**
 * Of the known names the one that was probably meant: at most a third of its letters differ (a swap of two
 * neighbours counting as one). Undefined when none is near. Bounded in the names and in their length.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > maxLength || name.length === 0) return undefined;
  let best: string | undefined;
  let bestDistance = Infinity;
  let seen = 0;
  for (const candidate of known) {
    if (++seen > maxKnown) break;
    const allowed = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    if (candidate.length > maxLength || Math.abs(candidate.length - name.length) > allowed) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance > allowed || distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** Letters put in, left out, replaced or swapped with a neighbour. */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
