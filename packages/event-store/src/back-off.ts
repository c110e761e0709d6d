export interface BackOffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Waits that double up to a bound, each shortened by chance so that many clients do not return at once. */
export function backOff({ firstMs, maxMs }: BackOffOptions, random: () => number = Math.random) {
  let next = firstMs;
  return {
    nextMs(): number {
      const wait = next * (0.5 + random() / 2);
      next = Math.min(maxMs, next * 2);
      return wait;
    },
    reset(): void {
      next = firstMs;
    },
  };
}

/** Resolves after `ms`, or at once when the signal is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
