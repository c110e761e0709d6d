/** Text handed over at once: large enough that the cost per chunk vanishes, small enough to be held many times. */
const CHUNK_CHARACTERS = 64 * 1024;

/** Gathers lines into chunks of bytes. */
export class TextChunks {
  #lines: string[] = [];
  #characters = 0;

  add(line: string): void {
    this.#lines.push(line, '\n');
    this.#characters += line.length + 1;
  }

  get isFull(): boolean {
    return this.#characters >= CHUNK_CHARACTERS;
  }

  /** What was gathered, as UTF-8; `undefined` when there is nothing. */
  take(): Uint8Array | undefined {
    if (this.#lines.length === 0) return undefined;
    const bytes = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#characters = 0;
    return bytes;
  }
}
