import type { ComponentThroughput } from '@ampora/api-contract';
import type { Throughput } from '#lib/canvas/edge-rate.ts';
import { ratesOf } from './rates-of.ts';

/** What the API tells of an agent or of a version. */
export interface ToldThroughput {
  readonly available: boolean;
  readonly at: string | null;
  readonly components: readonly ComponentThroughput[];
}

const everyMs = 10_000;

/** Asks again and again, while the page is looked at, what flows through components. What cannot be had is shown as nothing. */
export class LiveThroughput {
  #told = $state.raw<ToldThroughput | null>(null);
  readonly #rates = $derived(this.#told?.available ? ratesOf(this.#told.components) : null);

  /** By component and signal; null while nobody measures. */
  get rates(): Throughput | null {
    return this.#rates;
  }

  /** When the newest of it was measured. */
  get at(): string | null {
    return this.#told?.available ? this.#told.at : null;
  }

  /** Returns how to stop. */
  follow(ask: (signal: AbortSignal) => Promise<ToldThroughput>): () => void {
    const stopping = new AbortController();
    const { signal } = stopping;
    const look = async () => {
      if (document.hidden) return;
      const told = await ask(signal).catch(() => null);
      if (!signal.aborted) this.#told = told;
    };
    void look();
    const timer = setInterval(() => void look(), everyMs);
    return () => {
      clearInterval(timer);
      stopping.abort();
      this.#told = null;
    };
  }
}
