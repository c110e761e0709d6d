import type { Random } from '../random.ts';

const firstMs = 500;
const factor = 1.5;
const jitter = 0.5;
const mostMs = 60_000;

/** opamp-go's: half a second, times 1.5, half of it left to chance, a minute at the most, never giving up. */
export class BackOff {
  readonly #random: Random;
  #nextMs = firstMs;

  constructor(random: Random) {
    this.#random = random;
  }

  /** How long to wait before the next try; a server's Retry-After wins when it is longer. */
  next(retryAfterMs = 0): number {
    const waitMs = this.#nextMs * (1 - jitter + 2 * jitter * this.#random.next());
    this.#nextMs = Math.min(this.#nextMs * factor, mostMs);
    return Math.max(waitMs, retryAfterMs);
  }

  reset(): void {
    this.#nextMs = firstMs;
  }
}

/** `Retry-After`, seconds or a date, as milliseconds from now; 0 when absent or unreadable. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? 0 : Math.max(0, dateMs - nowMs);
}
