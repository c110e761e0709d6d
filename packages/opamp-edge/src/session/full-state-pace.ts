import { TokenBucket } from '../connection/token-bucket.ts';

/** An agent whose full state is wanted. */
export interface OwedQuestion {
  askFullStateUnprompted(): void;
}

const PER_SECOND = 2_000;
const RETRY_MS = 50;

/** Spreads the questions for full state over all agents: after a restart everyone would be asked at once. */
export class FullStatePace {
  readonly #bucket = new TokenBucket(PER_SECOND, PER_SECOND, Date.now());
  readonly #owed = new Set<OwedQuestion>();
  #timer: NodeJS.Timeout | undefined;

  mayAsk(nowMs: number): boolean {
    return this.#owed.size === 0 && this.#bucket.take(nowMs);
  }

  /** Remembers an agent that is to be asked as soon as there is room: unprompted, or with its next answer. */
  owe(session: OwedQuestion): void {
    this.#owed.add(session);
    this.#timer ??= setTimeout(() => {
      this.#askOwed();
    }, RETRY_MS).unref();
  }

  forget(session: OwedQuestion): void {
    this.#owed.delete(session);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#owed.clear();
  }

  #askOwed(): void {
    this.#timer = undefined;
    const nowMs = Date.now();
    for (const session of this.#owed) {
      if (!this.#bucket.take(nowMs)) break;
      this.#owed.delete(session);
      session.askFullStateUnprompted();
    }
    const [next] = this.#owed;
    if (next) this.owe(next);
  }
}
