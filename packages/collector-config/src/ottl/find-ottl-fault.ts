import { nearestName } from '../nearest-name.ts';
import { converters, editors } from './functions.ts';
import type { OttlToken } from './read-tokens.ts';
import { readTokens } from './read-tokens.ts';

export interface OttlFault {
  /** Offset in the statement. */
  readonly at: number;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

const maxLength = 10_000;
const maxDepth = 60;

/**
 * What is wrong with a statement (`set(attributes["a"], 1) where …`) or a condition of the transformation language,
 * undefined when nothing is seen. Grammar and the names of functions are checked, paths and types are not. A function
 * that no known one is near to is let pass: a later release may have it.
 */
export function findOttlFault(text: string, kind: 'statement' | 'condition'): OttlFault | undefined {
  if (text.length > maxLength) return undefined;
  const tokens = readTokens(text);
  if (typeof tokens === 'number')
    return { at: tokens, message: `${JSON.stringify(text[tokens])} means nothing here.` };
  const reader = new Reader(tokens);
  try {
    if (kind === 'condition') reader.condition();
    else reader.statement();
    reader.end();
    return undefined;
  } catch (error) {
    if (error instanceof Unexpected) return error.fault;
    throw error;
  }
}

class Unexpected extends Error {
  readonly fault: OttlFault;

  constructor(fault: OttlFault) {
    super(fault.message);
    this.fault = fault;
  }
}

class Reader {
  readonly #tokens: readonly OttlToken[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly OttlToken[]) {
    this.#tokens = tokens;
  }

  statement(): void {
    const token = this.#peek();
    if (token.kind !== 'name' && token.kind !== 'Name') throw this.#unexpected('a function such as set(…)');
    this.#call();
    this.#keys();
    if (this.#take('where')) this.condition();
  }

  condition(): void {
    this.#deeper(() => {
      do this.#conjunction();
      while (this.#take('or'));
    });
  }

  end(): void {
    if (this.#peek().kind !== 'end') throw this.#unexpected('the end, or a comparison (==, !=, <, …)');
  }

  #conjunction(): void {
    do this.#negation();
    while (this.#take('and'));
  }

  #negation(): void {
    this.#take('not');
    const start = this.#next;
    // A bracket opens a condition or a calculation: the one is tried, then the other.
    if (this.#peek().text === '(' && this.#tryCondition()) return;
    this.#next = start;
    const isTruth = ['true', 'false'].includes(this.#peek().text) || this.#peek().kind === 'Name';
    this.#value();
    if (this.#peek().kind === 'compare') {
      this.#next++;
      this.#value();
    } else if (!isTruth) throw this.#unexpected('a comparison (==, !=, <, <=, > or >=)');
  }

  #tryCondition(): boolean {
    const depth = this.#depth;
    try {
      this.#expect('(');
      this.condition();
      this.#expect(')');
      // "(a + b) * 2 == 4" and "(a) == 1" go on as values.
      return this.#peek().kind !== 'compare' && !'+-*/'.includes(this.#peek().text);
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
      this.#depth = depth;
      return false;
    }
  }

  #value(): void {
    this.#deeper(() => {
      do this.#operand();
      while (this.#take('+', '-', '*', '/'));
    });
  }

  #operand(): void {
    this.#take('+', '-');
    const token = this.#peek();
    if (this.#take('(')) {
      this.#value();
      this.#expect(')');
      return;
    }
    if (this.#take('[')) return this.#sequence(']', () => this.#value());
    if (this.#take('{'))
      return this.#sequence('}', () => {
        if (this.#peek().kind !== 'string') throw this.#unexpected('a quoted key');
        this.#next++;
        this.#expect(':');
        this.#value();
      });
    switch (token.kind) {
      case 'string':
      case 'number':
      case 'bytes':
        this.#next++;
        return;
      case 'word':
        if (!['nil', 'true', 'false'].includes(token.text)) throw this.#unexpected('a value');
        this.#next++;
        return;
      case 'name':
      case 'Name':
        if (this.#tokens[this.#next + 1]?.text === '(') this.#call();
        else this.#path();
        this.#keys();
        return;
      default:
        throw this.#unexpected('a value');
    }
  }

  #path(): void {
    this.#next++;
    this.#keys();
    while (this.#take('.')) {
      if (this.#peek().kind !== 'name') throw this.#unexpected('a name after the dot');
      this.#next++;
      this.#keys();
    }
  }

  #keys(): void {
    while (this.#take('[')) {
      this.#value();
      this.#expect(']');
    }
  }

  #call(): void {
    const token = this.#peek();
    this.#next++;
    this.#known(token);
    this.#expect('(');
    this.#sequence(')', () => {
      if (this.#peek().kind === 'name' && this.#tokens[this.#next + 1]?.text === '=') this.#next += 2;
      this.#value();
    });
  }

  #known({ kind, text, at }: OttlToken): void {
    const names = kind === 'Name' ? converters : editors;
    if (names.has(text)) return;
    const suggestion = nearestName(text, names);
    if (suggestion === undefined) return;
    throw new Unexpected({
      at,
      message: `There is no function "${text.slice(0, 60)}". Did you mean ${suggestion}?`,
      suggestion,
    });
  }

  #sequence(close: string, item: () => void): void {
    if (this.#take(close)) return;
    this.#deeper(() => {
      do item();
      while (this.#take(','));
    });
    this.#expect(close);
  }

  #deeper(step: () => void): void {
    if (++this.#depth > maxDepth) throw this.#unexpected('less nesting');
    step();
    this.#depth--;
  }

  #take(...texts: readonly string[]): boolean {
    const { kind, text } = this.#peek();
    if (kind === 'string' || !texts.includes(text)) return false;
    this.#next++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(`"${text}"`);
  }

  #peek(): OttlToken {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] as OttlToken;
  }

  #unexpected(wanted: string): Unexpected {
    const { text, at, kind } = this.#peek();
    const found = kind === 'end' ? 'the end' : `"${text.slice(0, 40)}"`;
    return new Unexpected({
      at,
      message: `At character ${String(at + 1)} ${found} stands where ${wanted} is wanted.`,
    });
  }
}
