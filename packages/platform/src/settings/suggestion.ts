import { settingKeys } from './setting-keys.ts';

/** `; did you mean Http:Port?` when a known key is close to what was written, or nothing. */
export function suggestion(name: string, separator: ':' | '__' = ':'): string {
  const closest = nearest(name);
  return closest === undefined ? '' : `; did you mean ${closest.replaceAll(':', separator)}?`;
}

function nearest(name: string): string | undefined {
  let best: { readonly key: string; readonly distance: number } | undefined;
  for (const key of settingKeys.keys()) {
    const distance = editDistance(name.toLowerCase(), key.toLowerCase());
    if (distance <= Math.max(2, Math.floor(key.length / 4)) && distance < (best?.distance ?? Infinity)) {
      best = { key, distance };
    }
  }
  return best?.key;
}

/** Insertions, deletions and replacements between two short texts. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
