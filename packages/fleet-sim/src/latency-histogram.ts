const growth = 1.05;
const leastMs = 0.05;
const buckets = 320;

/** Latencies in buckets 5 % wide, from 50 µs to over five minutes, in 2.5 KiB. */
export class LatencyHistogram {
  readonly #counts = new Float64Array(buckets);
  #total = 0;

  get count(): number {
    return this.#total;
  }

  add(ms: number): void {
    const bucket = ms <= leastMs ? 0 : Math.ceil(Math.log(ms / leastMs) / Math.log(growth));
    const index = Math.min(bucket, buckets - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
  }

  /** The upper edge of the bucket that the quantile falls in, milliseconds; undefined when nothing was measured. */
  quantile(share: number): number | undefined {
    if (this.#total === 0) return undefined;
    let left = Math.max(1, Math.ceil(this.#total * share));
    for (let index = 0; index < buckets; index++) {
      left -= this.#counts[index] ?? 0;
      if (left <= 0) return leastMs * growth ** index;
    }
    return leastMs * growth ** (buckets - 1);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
  }
}
