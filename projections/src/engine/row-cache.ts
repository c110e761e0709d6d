import type { Row } from './projection.ts';

/**
 * Rows of one table by key, the least recently used ones forgotten first. `null` stands for a row known not to be
 * there. Only the holder of the projection's lock writes its tables, so the cache stays true until the lock is lost.
 */
export class RowCache {
  readonly #rows = new Map<string, Row | null>();
  readonly #limit: number;
  /** True while every row of the table is in here: what is missing then does not exist. */
  #complete = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The table is known to be empty. */
  startEmpty(): void {
    this.#rows.clear();
    this.#complete = true;
  }

  forget(): void {
    this.#rows.clear();
    this.#complete = false;
  }

  get(key: string): Row | null | undefined {
    const row = this.#rows.get(key);
    if (row === undefined) return this.#complete ? null : undefined;
    return row;
  }

  set(key: string, row: Row | null): void {
    this.#rows.delete(key);
    this.#rows.set(key, row);
  }

  /** Call between batches: what a running batch needs must not go. */
  trim(): void {
    if (this.#rows.size <= this.#limit) return;
    this.#complete = false;
    let excess = this.#rows.size - this.#limit;
    for (const key of this.#rows.keys()) {
      if (excess-- <= 0) return;
      this.#rows.delete(key);
    }
  }
}
