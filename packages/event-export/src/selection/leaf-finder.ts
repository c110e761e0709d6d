import type { Position } from '@ampora/kernel';
import type { ProvenLog } from '../proven-log.ts';

const LEAST_WINDOW = 256;
const MOST_WINDOW = 8_192;

/** Finds the leaves of events that come in order: a few reads per page where they are dense, two each where they are rare. */
export class LeafFinder {
  readonly #proven: Pick<ProvenLog, 'positionsOf' | 'leavesUpTo'>;
  readonly #treeSize: number;
  #from = 0;
  #positions: readonly Position[] = [];
  #width = LEAST_WINDOW;
  /** Where the next event stands when none is left out. */
  #next = 0;

  constructor(proven: Pick<ProvenLog, 'positionsOf' | 'leavesUpTo'>, treeSize: number) {
    this.#proven = proven;
    this.#treeSize = treeSize;
  }

  /** The leaves at these positions, ascending. */
  async leavesAt(positions: readonly Position[]): Promise<readonly number[]> {
    const leaves: number[] = [];
    for (const position of positions) {
      const place = this.#find(position) ?? (await this.#seek(position));
      this.#next = place + 1;
      leaves.push(this.#from + place);
    }
    return leaves;
  }

  /** Looks into what follows, then wherever it may be. */
  async #seek(position: Position): Promise<number> {
    if (this.#positions.length > 0) {
      this.#width = Math.min(MOST_WINDOW, 2 * this.#width);
      await this.#load(this.#from + this.#positions.length);
    }
    const place = this.#find(position);
    if (place !== undefined) return place;
    this.#width = LEAST_WINDOW;
    await this.#load(Math.max(0, (await this.#proven.leavesUpTo(position)) - 1));
    if (this.#positions[0] === position) return 0;
    throw new Error(`The event at position ${position} is no leaf of the tree: it is being built anew`);
  }

  async #load(from: number): Promise<void> {
    this.#from = from;
    this.#next = 0;
    const to = Math.min(this.#treeSize, from + this.#width);
    this.#positions = from < to ? await this.#proven.positionsOf(from, to) : [];
  }

  #find(position: Position): number | undefined {
    const positions = this.#positions;
    if (positions[this.#next] === position) return this.#next;
    let low = 0;
    let high = positions.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = positions[middle] as Position;
      if (at === position) return middle;
      if (at < position) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}
