import type { AgentSession } from '../session/agent-session.ts';

const SLICE_MS = 4;
const RETRY_MS = 250;

/** Sends the wanted configuration to many agents in slices, so that answers to others are not delayed by it. */
export class PacedPush {
  readonly #due = new Set<AgentSession>();
  /** Their peers read too slowly: tried again later, with whatever is wanted then. */
  readonly #slow = new Set<AgentSession>();
  readonly #unrecorded = new Set<AgentSession>();
  #running = false;
  #retry: NodeJS.Timeout | undefined;

  add(session: AgentSession): void {
    this.#due.add(session);
    this.#run();
  }

  stop(): void {
    clearTimeout(this.#retry);
    this.#due.clear();
    this.#slow.clear();
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => {
      this.#running = false;
      this.#slice();
    });
  }

  #slice(): void {
    const untilMs = performance.now() + SLICE_MS;
    let count = 0;
    for (const session of this.#due) {
      this.#due.delete(session);
      const outcome = session.pushWanted();
      if (outcome === 'pushed') this.#unrecorded.add(session);
      if (outcome === 'too-slow') this.#slow.add(session);
      if (++count % 16 === 0 && performance.now() >= untilMs) break;
    }
    if (this.#due.size === 0) this.#record(untilMs);
    if (this.#due.size + this.#unrecorded.size > 0) this.#run();
    if (this.#slow.size > 0) this.#retryLater();
  }

  /** What was pushed goes to the log when nobody waits for a push any more. */
  #record(untilMs: number): void {
    for (const session of this.#unrecorded) {
      if (performance.now() >= untilMs) return;
      this.#unrecorded.delete(session);
      session.recordOffer();
    }
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      for (const session of this.#slow) this.#due.add(session);
      this.#slow.clear();
      this.#run();
    }, RETRY_MS).unref();
  }
}
