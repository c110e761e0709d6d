import type { ChangedLines, ConfigEdit, ConfigValue, EditResult } from '@ampora/collector-config';
import type { TextReader } from '#lib/configuration/text-reader.ts';
import { noEntries, withEntry } from './changed-copy.ts';
import type { FormLevel } from './drawing.ts';

type Path = readonly (string | number)[];

/** A text that a form works on: nothing of it is anybody else's before the form is saved. */
export class FormText {
  readonly #reader: TextReader;
  readonly #release: string;
  readonly before: string;
  #text = $state('');
  #refusals = $state.raw(noEntries);
  #queue: Promise<unknown> = Promise.resolve();

  constructor(reader: TextReader, release: string, text: string) {
    this.#reader = reader;
    this.#release = release;
    this.before = text;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  get isChanged(): boolean {
    return this.#text !== this.before;
  }

  refusalAt(path: Path): string | null {
    return this.#refusals.get(path.join('\n')) ?? null;
  }

  level(path: Path): Promise<FormLevel> {
    return this.#reader.ask('level', { text: this.#text, release: this.#release, path });
  }

  set(path: Path, value: ConfigValue): Promise<boolean> {
    return this.#change(path, (text) => this.#edit(text, { edit: 'set-value', path, value }));
  }

  setYaml(path: Path, yaml: string): Promise<boolean> {
    return this.#change(path, (text) => this.#reader.ask('setYaml', { text, path, yaml }));
  }

  remove(path: Path): Promise<boolean> {
    return this.#change(path, (text) => this.#edit(text, { edit: 'remove-value', path }));
  }

  /** When all that was asked for has been done. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  /** What the whole form has changed. */
  get changed(): readonly ChangedLines[] {
    return linesBetween(this.before, this.#text);
  }

  #edit(text: string, edit: ConfigEdit): Promise<EditResult> {
    return this.#reader.ask('edit', { text, edits: [edit] });
  }

  #change(path: Path, change: (text: string) => Promise<EditResult>): Promise<boolean> {
    const next = this.#queue.then(async () => {
      const result = await change(this.#text).catch((cause: unknown): EditResult => ({
        ok: false,
        reason: 'unreadable',
        path,
        message: String(cause),
      }));
      this.#refusals = withEntry(this.#refusals, path.join('\n'), result.ok ? null : result.message);
      if (result.ok) this.#text = result.text;
      return result.ok;
    });
    this.#queue = next;
    return next;
  }
}

/** One stretch of lines from the first that differs to the last: what a form changes stands together. */
function linesBetween(before: string, after: string): readonly ChangedLines[] {
  if (before === after) return [];
  const [left, right] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < Math.min(left.length, right.length) && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end))
    end += 1;
  return [
    {
      before: { line: start + 1, count: left.length - start - end },
      after: { line: start + 1, count: right.length - start - end },
    },
  ];
}
