import type { TextReader } from './text-reader.ts';
import { mostCheckedLive } from './text-size.ts';
import type { MeaningChange } from './text-work.ts';

const restMs = 400;

/** What a text means against another one, told anew a moment after the last key press. */
export class Meaning {
  readonly #reader: TextReader;
  #changes = $state.raw<readonly MeaningChange[] | null>(null);
  #state = $state<'waiting' | 'known' | 'unreadable' | 'too-large'>('waiting');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #newest = 0;

  constructor(reader: TextReader) {
    this.#reader = reader;
  }

  /** In the order of the text; null until both can be read. */
  get changes(): readonly MeaningChange[] | null {
    return this.#changes;
  }

  get state(): 'waiting' | 'known' | 'unreadable' | 'too-large' {
    return this.#state;
  }

  compare(before: string, after: string): void {
    clearTimeout(this.#timer);
    this.#newest += 1;
    if (before.length > mostCheckedLive || after.length > mostCheckedLive) {
      this.#changes = null;
      this.#state = 'too-large';
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(before, after), restMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#newest += 1;
  }

  async #ask(before: string, after: string): Promise<void> {
    const asked = this.#newest;
    const changes = await this.#reader.ask('compare', { before, after }).catch(() => null);
    if (asked !== this.#newest) return;
    // The last one that was known stays while a half-written line cannot be read.
    if (changes !== null) this.#changes = changes;
    this.#state = changes === null ? 'unreadable' : 'known';
  }
}
