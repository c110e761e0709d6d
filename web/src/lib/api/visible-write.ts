/** How long a page waits for its own write before it trusts that every reader has it. */
const rememberMs = 15_000;

/** The newest write of this browser tab. On the server nothing is ever written, so nothing is shared there. */
class VisibleWrite {
  #position: string | null = null;
  #at = 0;

  remember(position: string): void {
    this.#position = position;
    this.#at = Date.now();
  }

  /** The position that reads should wait for, or null. */
  get pending(): string | null {
    return this.#position !== null && Date.now() - this.#at < rememberMs ? this.#position : null;
  }
}

export const visibleWrite = new VisibleWrite();
