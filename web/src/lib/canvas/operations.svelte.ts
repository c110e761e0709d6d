import type { ChangedLines, ConfigEdit, EditResult } from '@ampora/collector-config';
import type { TextReader } from '#lib/configuration/text-reader.ts';
import type { Plan } from './plan-edits.ts';

/** Something that was done, and what it did to the text. */
export interface Deed {
  readonly sentence: string;
  readonly before: string;
  readonly after: string;
  readonly changed: readonly ChangedLines[];
}

/** Does what is done on the canvas to the text: one after the other, each on what the one before left. */
export class Operations {
  readonly #reader: TextReader;
  readonly #text: () => string;
  readonly #write: (text: string) => void;
  #last = $state.raw<Deed | null>(null);
  #refusal = $state<string | null>(null);
  #queue: Promise<unknown> = Promise.resolve();

  constructor(reader: TextReader, text: () => string, write: (text: string) => void) {
    this.#reader = reader;
    this.#text = text;
    this.#write = write;
  }

  get last(): Deed | null {
    return this.#last;
  }

  get refusal(): string | null {
    return this.#refusal;
  }

  forget(): void {
    this.#last = null;
    this.#refusal = null;
  }

  /** False when nothing was changed: `refusal` then says why. */
  run(plan: Plan): Promise<boolean> {
    const next = this.#queue.then(() => this.#run(plan));
    this.#queue = next.catch(() => false);
    return next;
  }

  /** Takes over a text that was made of the present one elsewhere, as a form does. */
  take(sentence: string, before: string, after: string, changed: readonly ChangedLines[]): boolean {
    if (this.#text() !== before) {
      this.#refusal = 'The text has changed meanwhile: open the form again.';
      return false;
    }
    this.#done(sentence, before, after, changed);
    return true;
  }

  async #run(plan: Plan): Promise<boolean> {
    this.#refusal = null;
    if (plan.kind === 'refused') {
      this.#refusal = plan.reason;
      return false;
    }
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const before = this.#text();
      const result = await this.#ask(before, plan.edits);
      if (!result.ok) {
        this.#refusal = result.message;
        return false;
      }
      // Somebody typed while the answer was on its way: it is made again for what is there now.
      if (this.#text() !== before) continue;
      this.#done(plan.sentence, before, result.text, result.changedLines);
      return true;
    }
    this.#refusal = 'The text keeps changing. Try again.';
    return false;
  }

  #done(sentence: string, before: string, after: string, changed: readonly ChangedLines[]): void {
    this.#refusal = null;
    this.#last = { sentence, before, after, changed };
    if (after !== before) this.#write(after);
  }

  async #ask(text: string, edits: readonly ConfigEdit[]): Promise<EditResult> {
    try {
      return await this.#reader.ask('edit', { text, edits });
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      return { ok: false, reason: 'unreadable', path: [], message };
    }
  }
}
