import { setImmediate as turn } from 'node:timers/promises';

const SLICE_MS = 8;

/** Long work in pieces, so that the event loop turns between them. */
export class Slice {
  #untilMs = performance.now() + SLICE_MS;

  get isOver(): boolean {
    return performance.now() >= this.#untilMs;
  }

  /** Resolves when others have had their turn. */
  async next(): Promise<void> {
    await turn();
    this.#untilMs = performance.now() + SLICE_MS;
  }
}
