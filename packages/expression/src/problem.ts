/** `error`: the expression cannot be used. `warning`: it can, and is probably not what was meant. */
export type ProblemSeverity = 'error' | 'warning';

/** One remark on an expression. `code` is stable (`syntax/unexpected`), `message` is for people. */
export interface Problem {
  readonly severity: ProblemSeverity;
  readonly code: string;
  readonly message: string;
  /** Offsets into the text, in UTF-16 units; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** Of `from`, both counted from 1. */
  readonly line: number;
  readonly column: number;
  /** What to write instead, when one thing is likely. */
  readonly suggestion?: string;
}

/** More than this many problems of one text are not told. */
const maxProblems = 20;

export interface ProblemInput {
  readonly code: string;
  readonly message: string;
  readonly from: number;
  readonly to: number;
  readonly severity?: ProblemSeverity;
  readonly suggestion?: string | undefined;
}

/** Collects problems of one text: the first error at a place is kept, and no more than twenty in all. */
export class Problems {
  readonly #text: string;
  readonly #found: Problem[] = [];
  #errors = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** True when no further error would be told: reading on is of no use. */
  get isFull(): boolean {
    return this.#found.length >= maxProblems && this.#found.every((one) => one.severity === 'error');
  }

  add({ severity = 'error', code, message, from, to, suggestion }: ProblemInput): void {
    if (severity === 'error') this.#errors += 1;
    const same = this.#found.findIndex((one) => one.from === from);
    if (same !== -1 && (severity === 'warning' || this.#found[same]?.severity === 'error')) return;
    // An error is told in place of a warning, and never left out for one.
    if (same !== -1) this.#found.splice(same, 1);
    if (this.#found.length >= maxProblems) {
      const warning = severity === 'error' ? this.#found.findIndex((one) => one.severity === 'warning') : -1;
      if (warning === -1) return;
      this.#found.splice(warning, 1);
    }
    const { line, column } = positionOf(this.#text, from);
    const extra = suggestion === undefined ? {} : { suggestion };
    this.#found.push({ severity, code, message, from, to, line, column, ...extra });
  }

  /** In the order of the text. */
  list(): readonly Problem[] {
    return this.#found.toSorted((left, right) => left.from - right.from);
  }
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
