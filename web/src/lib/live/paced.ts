/** What a paced task needs from its surroundings. */
export interface Pace {
  readonly now: () => number;
  readonly wait: (ms: number, then: () => void) => () => void;
}

const real: Pace = {
  now: () => Date.now(),
  wait: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/**
 * Runs a task at once when asked after a rest, and otherwise no more often than once per `everyMs`; never twice at the
 * same time. Asking while it runs or rests leads to exactly one further run.
 */
export class Paced {
  readonly #task: () => Promise<void>;
  readonly #everyMs: number;
  readonly #pace: Pace;
  #started = Number.NEGATIVE_INFINITY;
  #running = false;
  #wanted = false;
  #stopped = false;
  #cancel: (() => void) | null = null;

  constructor(everyMs: number, task: () => Promise<void>, pace: Pace = real) {
    this.#everyMs = everyMs;
    this.#task = task;
    this.#pace = pace;
  }

  ask(): void {
    if (this.#stopped) return;
    this.#wanted = true;
    this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  #plan(): void {
    if (this.#running || this.#cancel !== null || !this.#wanted || this.#stopped) return;
    const rest = this.#started + this.#everyMs - this.#pace.now();
    if (rest <= 0) {
      void this.#run();
      return;
    }
    this.#cancel = this.#pace.wait(rest, () => {
      this.#cancel = null;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#wanted = false;
    this.#running = true;
    this.#started = this.#pace.now();
    try {
      await this.#task();
    } catch {
      // A refresh that failed is asked for again by the next change; the page keeps what it shows.
    } finally {
      this.#running = false;
      this.#plan();
    }
  }
}
