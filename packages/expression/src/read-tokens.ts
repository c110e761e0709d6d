import { parseDuration } from './duration.ts';
import type { Problems } from './problem.ts';
import type { LiteralValue, Span } from './syntax-tree.ts';

export const keywords = [
  'or',
  'and',
  'not',
  'in',
  'matches',
  'has-key',
  'any',
  'all',
  'where',
  'as',
  'true',
  'false',
  'null',
] as const;
export type Keyword = (typeof keywords)[number];

export type Symbol = '=' | '!=' | '<' | '<=' | '>' | '>=' | '(' | ')' | '[' | ']' | ',' | '.';

export type Token = Span &
  (
    | { readonly type: 'name'; readonly text: string }
    | { readonly type: 'keyword'; readonly text: Keyword }
    | { readonly type: 'symbol'; readonly text: Symbol }
    | { readonly type: 'literal'; readonly text: string; readonly literal: LiteralValue }
    | { readonly type: 'end'; readonly text: '' }
  );

const keywordSet: ReadonlySet<string> = new Set(keywords);

export function isKeyword(text: string): text is Keyword {
  return keywordSet.has(text);
}

/** What other languages write, and what stands for it here. */
const foreign: readonly (readonly [string, Symbol | Keyword])[] = [
  ['===', '='],
  ['!==', '!='],
  ['==', '='],
  ['=~', 'matches'],
  ['=<', '<='],
  ['=>', '>='],
  ['&&', 'and'],
  ['||', 'or'],
  ['<>', '!='],
  ['≠', '!='],
  ['≤', '<='],
  ['≥', '>='],
  ['&', 'and'],
  ['|', 'or'],
];

const symbols: readonly Symbol[] = ['!=', '<=', '>=', '=', '<', '>', '(', ')', '[', ']', ',', '.'];

const spaces = /[ \t\r\n]+/y;
const comment = /#[^\n]*/y;
const name = /[A-Za-z_][\w/-]*/y;
/** After a dot a key may start with a digit. */
const stepName = /[\w/-]+/y;
const number = /[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const durationLike = /[-+]?(?:\d+(?:\.\d+)?[a-zA-Zµμ]+)+/y;
const wordEnd = /[\w/-]*/y;

/** Turns a text into tokens, with a problem for each thing that is no token; stops when enough problems were found. */
export function readTokens(text: string, problems: Problems): readonly Token[] {
  return new Reading(text, problems).all();
}

class Reading {
  readonly #text: string;
  readonly #problems: Problems;
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(text: string, problems: Problems) {
    this.#text = text;
    this.#problems = problems;
  }

  all(): readonly Token[] {
    for (;;) {
      while (this.#match(spaces) !== undefined || this.#match(comment) !== undefined);
      if (this.#at >= this.#text.length || this.#problems.isFull) break;
      this.#next();
    }
    this.#tokens.push({ type: 'end', text: '', from: this.#text.length, to: this.#text.length });
    return this.#tokens;
  }

  #next(): void {
    const from = this.#at;
    const letter = this.#text[from] ?? '';
    if (letter === '"' || letter === "'") return this.#quoted(letter);
    if (this.#afterDot()) {
      const key = this.#match(stepName);
      if (key !== undefined) return this.#push({ type: 'name', text: key, from, to: this.#at });
    }
    const word = this.#match(name);
    if (word !== undefined) return this.#word(word, from);
    if (/[-+\d]/.test(letter) && this.#number(from)) return;
    for (const [written, meant] of foreign)
      if (this.#text.startsWith(written, from)) return this.#foreign(written, meant, from);
    for (const symbol of symbols)
      if (this.#text.startsWith(symbol, from)) {
        this.#at += symbol.length;
        return this.#push({ type: 'symbol', text: symbol, from, to: this.#at });
      }
    if (letter === '!') return this.#foreign('!', 'not', from);
    this.#at += (this.#text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
    this.#problem(
      'syntax/character',
      from,
      `${describeCharacter(this.#text.slice(from, this.#at))} means nothing here. Text stands in quotes: "like this".`,
    );
  }

  #afterDot(): boolean {
    const last = this.#tokens.at(-1);
    return last?.type === 'symbol' && last.text === '.' && last.to === this.#at;
  }

  #word(word: string, from: number): void {
    const to = this.#at;
    if (word === 'true' || word === 'false')
      return this.#push({
        type: 'literal',
        text: word,
        literal: { type: 'boolean', value: word === 'true' },
        from,
        to,
      });
    if (word === 'null')
      return this.#push({ type: 'literal', text: word, literal: { type: 'null' }, from, to });
    if (isKeyword(word)) return this.#push({ type: 'keyword', text: word, from, to });
    const lower = word.toLowerCase();
    if (isKeyword(lower) && word === word.toUpperCase()) {
      this.#problem('syntax/case', from, `Keywords are written in small letters: ${lower}.`, lower);
      if (lower !== 'true' && lower !== 'false' && lower !== 'null')
        return this.#push({ type: 'keyword', text: lower, from, to });
    }
    this.#push({ type: 'name', text: word, from, to });
  }

  #number(from: number): boolean {
    const written = this.#match(durationLike);
    if (written !== undefined) {
      const isExponent = /^[-+]?\d+(\.\d+)?[eE]\d+$/.test(written);
      const nanoseconds = isExponent ? undefined : parseDuration(written);
      if (nanoseconds !== undefined && !/[\w/-]/.test(this.#text[this.#at] ?? '')) {
        const literal: LiteralValue = { type: 'duration', text: written, nanoseconds };
        this.#push({ type: 'literal', text: written, literal, from, to: this.#at });
        return true;
      }
      this.#at = from;
    }
    const digits = this.#match(number);
    if (digits === undefined) return false;
    const rest = this.#match(wordEnd) ?? '';
    // A zero is a zero: -0 would print as another expression.
    const value = Number(digits) + 0;
    if (rest !== '')
      this.#problem(
        'syntax/number',
        from,
        `"${clip(digits + rest)}" is neither a number nor a duration such as 90s, 1m30s or 500ms. Put quotes around text.`,
      );
    else if (!Number.isFinite(value)) this.#problem('syntax/number', from, 'This number is too large.');
    const literal: LiteralValue =
      rest === ''
        ? { type: 'number', value: Number.isFinite(value) ? value : 0 }
        : { type: 'string', value: digits + rest };
    this.#push({ type: 'literal', text: digits + rest, literal, from, to: this.#at });
    return true;
  }

  /** `"…"` knows `\n`, `\t`, `\r`, `\"`, `\\` and `\uXXXX`; `'…'` takes every character as it is, `''` for a quote. */
  #quoted(quote: string): void {
    const from = this.#at;
    let value = '';
    this.#at += 1;
    for (;;) {
      const letter = this.#text[this.#at];
      if (letter === undefined || letter === '\n') {
        this.#problem(
          'syntax/open-quote',
          from,
          `This ${quote} has no second one on its line. Close the text.`,
        );
        break;
      }
      this.#at += 1;
      if (letter === quote) {
        if (quote === '"' || this.#text[this.#at] !== "'") break;
        this.#at += 1;
        value += "'";
      } else if (letter === '\\' && quote === '"') value += this.#escape();
      else value += letter;
    }
    const literal: LiteralValue = { type: 'string', value };
    this.#push({ type: 'literal', text: this.#text.slice(from, this.#at), literal, from, to: this.#at });
  }

  #escape(): string {
    const from = this.#at - 1;
    const letter = this.#text[this.#at] ?? '';
    if (letter === '\n' || letter === '') return '';
    this.#at += 1;
    if (letter === 'u') {
      const digits = /^[\da-fA-F]{4}/.exec(this.#text.slice(this.#at, this.#at + 4))?.[0];
      if (digits !== undefined) {
        this.#at += 4;
        return String.fromCharCode(Number.parseInt(digits, 16));
      }
    }
    const meant = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' }[letter];
    if (meant !== undefined) return meant;
    const message = `\\${letter} is no escape. Single quotes take backslashes as they are ('…'); in double quotes a backslash is written \\\\.`;
    this.#problem('syntax/escape', from, message);
    return `\\${letter}`;
  }

  #foreign(written: string, meant: Symbol | Keyword, from: number): void {
    this.#at += written.length;
    this.#problem('syntax/operator', from, `${written} is written ${meant} here.`, meant);
    if (isKeyword(meant)) this.#push({ type: 'keyword', text: meant, from, to: this.#at });
    else this.#push({ type: 'symbol', text: meant, from, to: this.#at });
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || found === '') return undefined;
    this.#at += found.length;
    return found;
  }

  #push(token: Token): void {
    this.#tokens.push(token);
  }

  #problem(code: string, from: number, message: string, suggestion?: string): void {
    this.#problems.add({ code, from, to: Math.max(from + 1, this.#at), message, suggestion });
  }
}

function describeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f)
    return `The control character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  if (code >= 0xd800 && code <= 0xdfff) return 'Half a character';
  return `"${character}"`;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
