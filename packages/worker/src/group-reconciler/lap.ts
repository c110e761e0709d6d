/**
 * One way round all agents in the order of their ids, begun anew whenever what decides has changed: it goes on from where
 * it is and ends when it comes there again, so that changes in quick succession cannot keep it from ever coming to the end.
 */
export class Lap {
  #after: string | undefined = undefined;
  #isRunning = false;
  /** Where the last change met it; undefined is the beginning. */
  #endsAt: string | undefined = undefined;
  #hasWrapped = false;

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** The agent after which the next page begins. */
  get after(): string | undefined {
    return this.#after;
  }

  begin(): void {
    if (!this.#isRunning) this.#after = undefined;
    this.#isRunning = true;
    this.#endsAt = this.#after;
    this.#hasWrapped = this.#after === undefined;
  }

  /** A page was dealt with: `last` is its last agent, absent when there was no full page any more. */
  passed(last: string | undefined): void {
    this.#after = last;
    if (last === undefined) {
      if (this.#hasWrapped) this.#isRunning = false;
      else this.#hasWrapped = true;
      return;
    }
    if (this.#hasWrapped && this.#endsAt !== undefined && last >= this.#endsAt) {
      this.#isRunning = false;
      this.#after = undefined;
    }
  }
}
