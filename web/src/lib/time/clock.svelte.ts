import { createSubscriber } from 'svelte/reactivity';

const tickMs = 5_000;

/** The time of day, ticking only while something shown depends on it. */
class Clock {
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, tickMs);
    return () => {
      clearInterval(timer);
    };
  });

  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const clock = new Clock();
