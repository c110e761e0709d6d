import type { ProjectionRow } from '@ampora/api-contract';
import { buildKey } from './read-models.ts';

/** Looks that are remembered: some minutes of them. */
export const remembered = 90;

/** What each build's rate was at the last looks, kept while the page is open. */
export class Rates {
  #byBuild = $state.raw<Readonly<Record<string, readonly number[]>>>({});

  note(rows: readonly ProjectionRow[]): void {
    this.#byBuild = Object.fromEntries(
      rows.map((row) => {
        const key = buildKey(row);
        return [key, [...(this.#byBuild[key] ?? []), row.rate].slice(-remembered)];
      }),
    );
  }

  of(row: ProjectionRow): readonly number[] {
    return this.#byBuild[buildKey(row)] ?? [row.rate];
  }
}
