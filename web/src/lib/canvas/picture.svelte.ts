import type { Finding } from '@ampora/api-contract';
import type { TextReader } from '#lib/configuration/text-reader.ts';
import { mostCheckedLive } from '#lib/configuration/text-size.ts';
import type { Drawing } from './drawing.ts';

const restMs = 60;

/** The drawing of a text that changes. The last one stays while the text cannot be drawn. */
export class Picture {
  readonly #reader: TextReader;
  #drawing = $state.raw<Drawing | null>(null);
  #state = $state<'waiting' | 'drawn' | 'old' | 'nothing' | 'too-large'>('waiting');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #newest = 0;
  #of = '';

  constructor(reader: TextReader) {
    this.#reader = reader;
  }

  get drawing(): Drawing | null {
    return this.#drawing;
  }

  /** `old`: it is of what the text was. `nothing`: there is no pipeline and no component to draw. */
  get state(): 'waiting' | 'drawn' | 'old' | 'nothing' | 'too-large' {
    return this.#state;
  }

  /** The text that the drawing is of. */
  get of(): string {
    return this.#of;
  }

  draw(text: string, findings: readonly Finding[], withLocks: boolean): void {
    clearTimeout(this.#timer);
    this.#newest += 1;
    if (text.length > mostCheckedLive) {
      this.#drawing = null;
      this.#state = 'too-large';
      return;
    }
    const asked = () => void this.#ask(text, findings, withLocks);
    if (this.#drawing === null) asked();
    else this.#timer = setTimeout(asked, restMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#newest += 1;
  }

  async #ask(text: string, findings: readonly Finding[], withLocks: boolean): Promise<void> {
    const asked = this.#newest;
    const plain = $state.snapshot(findings) as readonly Finding[];
    const drawing = await this.#reader
      .ask('draw', { text, findings: plain as never, withLocks })
      .catch(() => null);
    if (asked !== this.#newest) return;
    if (drawing === null) {
      const isEmpty = text.trim() === '';
      if (isEmpty) this.#drawing = null;
      this.#state = this.#drawing === null ? 'nothing' : 'old';
      return;
    }
    this.#drawing = drawing;
    this.#of = text;
    this.#state = drawing.graph.lanes.length + drawing.graph.nodes.length === 0 ? 'nothing' : 'drawn';
  }
}
