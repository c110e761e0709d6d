import type { Temporality } from './collector-point.ts';

/** Rates are over this long at the most, where points come more often than that; else over the time between two points. */
export const WINDOW_MS = 60_000;
/** A point this much older than the last is no late one: the sender's clock was set back. */
const SET_BACK_MS = 300_000;

/** What one series needs to be told: a point of a counter, or of a level. */
export interface SeriesPoint {
  readonly temporality: Temporality;
  readonly startMs: number;
  readonly timeMs: number;
  readonly value: number;
}

// One row per series. `total` is what was counted since the series is known, whatever restarts there were; `middle` and `base` are earlier
// states of it: the rate is measured from the base, half a window to a whole one ago.
const LAST_TIME = 0;
const LAST_VALUE = 1;
const START = 2;
const TOTAL = 3;
const MIDDLE_TIME = 4;
const MIDDLE_TOTAL = 5;
const BASE_TIME = 6;
const BASE_TOTAL = 7;
const WIDTH = 8;

/** Counters and levels of one agent in one piece of memory, 64 bytes each. Times are those of the sender's clock. */
export class RateTable {
  #rows = new Float64Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A row for a series that is new; its number. */
  add(point: SeriesPoint): number {
    const index = this.#size++;
    if (this.#size * WIDTH > this.#rows.length) {
      const grown = new Float64Array(Math.max(16, Math.ceil(this.#size * 1.25)) * WIDTH);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#begin(index * WIDTH, point);
    return index;
  }

  /** False when it is older than what is known, and changes nothing. */
  observe(index: number, point: SeriesPoint): boolean {
    const rows = this.#rows;
    const row = index * WIDTH;
    const { timeMs, value, startMs, temporality } = point;
    const lastMs = at(rows, row + LAST_TIME);
    if (timeMs <= lastMs) {
      if (timeMs > lastMs - SET_BACK_MS) return false;
      this.#begin(row, point);
      return true;
    }
    if (temporality !== 'gauge') rows[row + TOTAL] = at(rows, row + TOTAL) + this.#increase(row, point);
    rows[row + LAST_TIME] = timeMs;
    rows[row + LAST_VALUE] = value;
    rows[row + START] = startMs;
    if (timeMs - at(rows, row + MIDDLE_TIME) >= WINDOW_MS / 2) {
      rows[row + BASE_TIME] = at(rows, row + MIDDLE_TIME);
      rows[row + BASE_TOTAL] = at(rows, row + MIDDLE_TOTAL);
      rows[row + MIDDLE_TIME] = timeMs;
      rows[row + MIDDLE_TOTAL] = at(rows, row + TOTAL);
    }
    return true;
  }

  /** Per second; undefined while there is nothing to measure it from. Never negative. */
  rate(index: number): number | undefined {
    const row = index * WIDTH;
    const ms = at(this.#rows, row + LAST_TIME) - at(this.#rows, row + BASE_TIME);
    if (ms <= 0) return undefined;
    return Math.max(0, ((at(this.#rows, row + TOTAL) - at(this.#rows, row + BASE_TOTAL)) * 1_000) / ms);
  }

  value(index: number): number {
    return at(this.#rows, index * WIDTH + LAST_VALUE);
  }

  timeMs(index: number): number {
    return at(this.#rows, index * WIDTH + LAST_TIME);
  }

  /** The rows with these numbers and no others, in this order. */
  keep(indices: readonly number[]): void {
    const rows = new Float64Array(indices.length * WIDTH);
    indices.forEach((index, place) => {
      rows.set(this.#rows.subarray(index * WIDTH, (index + 1) * WIDTH), place * WIDTH);
    });
    this.#rows = rows;
    this.#size = indices.length;
  }

  #begin(row: number, { temporality, startMs, timeMs, value }: SeriesPoint): void {
    // What was counted since a start that is not long ago (or since the point before) is a rate already: a Collector that has just
    // begun is told of by its first report, a minute later.
    const countsFromStart =
      startMs > 0 && startMs < timeMs && (temporality === 'delta' || timeMs - startMs <= 2 * WINDOW_MS);
    const baseMs = countsFromStart ? startMs : timeMs;
    this.#rows.set([timeMs, value, startMs, countsFromStart ? value : 0, baseMs, 0, baseMs, 0], row);
  }

  /** A counter that is smaller than it was, or was started later, began again from zero. */
  #increase(row: number, { temporality, startMs, value }: SeriesPoint): number {
    if (temporality === 'delta') return value;
    const rows = this.#rows;
    const startedMs = at(rows, row + START);
    const isNewStart = startedMs > 0 && startMs > startedMs;
    const before = at(rows, row + LAST_VALUE);
    return isNewStart || value < before ? value : value - before;
  }
}

function at(rows: Float64Array, index: number): number {
  return rows[index] as number;
}
