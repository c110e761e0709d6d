import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** Rests shorter than this are gathered: a timer is no finer. */
const leastRestMs = 4;

/** Keeps work to a share of the time: after working t it rests t·(1 − share)/share. */
export class DutyCycle {
  readonly #share: () => number;
  readonly #signal: AbortSignal;
  #owedMs = 0;

  /** `share`: above 0, at most 1, asked each time. A rest ends at once when `signal` is aborted. */
  constructor(share: () => number, signal: AbortSignal) {
    this.#share = share;
    this.#signal = signal;
  }

  /** Call between pieces of work. Others get their turn in any case. */
  async rest(workedMs: number): Promise<void> {
    const share = this.#share();
    if (share < 1) this.#owedMs += (workedMs * (1 - share)) / share;
    if (this.#owedMs < leastRestMs) return void (await turn());
    const startedMs = performance.now();
    await sleep(this.#owedMs, undefined, { signal: this.#signal }).catch(() => undefined);
    this.#owedMs = Math.max(0, this.#owedMs - (performance.now() - startedMs));
  }
}
