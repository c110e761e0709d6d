import { nearestName } from './nearest-name.ts';
import { type Problem, Problems } from './problem.ts';
import { isKeyword, keywords, readTokens, type Token } from './read-tokens.ts';
import {
  childrenOf,
  type ComparisonOperator,
  type Expression,
  type Path,
  type PathStep,
  type Span,
} from './syntax-tree.ts';

/** Longer texts are not read at all. In UTF-16 units. */
export const maxTextLength = 10_000;
/** How deep a tree may be. */
export const maxTreeDepth = 64;
/** How deep the parser follows brackets, redundant ones included. */
const maxNesting = 200;
const maxPathSteps = 32;

export interface ParsedExpression {
  /** False when a problem is an error: such a tree is good for showing and checking, not for evaluation. */
  readonly ok: boolean;
  readonly ast: Expression;
  readonly problems: readonly Problem[];
}

/**
 * Reads a text as an expression. Never throws; goes on after an error, so that one answer names several. Cost: linear
 * in the text, which is refused beyond 10,000 characters.
 */
export function parseExpression(text: string): ParsedExpression {
  const problems = new Problems(text);
  if (text.length > maxTextLength) {
    const message = `An expression has at most ${maxTextLength} characters, this one ${text.length}. Split it.`;
    problems.add({ code: 'limit/length', message, from: 0, to: text.length });
    return { ok: false, ast: { kind: 'missing', from: 0, to: text.length }, problems: problems.list() };
  }
  const ast = new Parsing(readTokens(text, problems), problems).whole();
  if (!problems.hasErrors && isDeeperThan(ast, maxTreeDepth)) {
    const message = `Nested more than ${maxTreeDepth} levels deep. Split the expression.`;
    problems.add({ code: 'limit/depth', message, from: ast.from, to: ast.to });
  }
  if (problems.hasErrors) broken.add(ast);
  return { ok: !problems.hasErrors, ast, problems: problems.list() };
}

const broken = new WeakSet<Expression>();

/** True for a tree whose text had errors. It may look whole, and is never evaluated. */
export function isBroken(ast: Expression): boolean {
  return broken.has(ast);
}

/** True when some expression stands in more than `levels - 1` others. */
export function isDeeperThan(ast: Expression, levels: number): boolean {
  return levels < 1 || childrenOf(ast).some((child) => isDeeperThan(child, levels - 1));
}

const comparisons: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

class Parsing {
  readonly #tokens: readonly Token[];
  readonly #problems: Problems;
  #index = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[], problems: Problems) {
    this.#tokens = tokens;
    this.#problems = problems;
  }

  whole(): Expression {
    if (this.#peek().type === 'end') {
      this.#problem('syntax/empty', this.#peek(), 'The expression is empty.');
      return { kind: 'missing', from: 0, to: 0 };
    }
    const parts = [this.#or()];
    while (this.#peek().type !== 'end' && !this.#problems.isFull) {
      const token = this.#peek();
      this.#unexpectedAfterExpression(token);
      if (!this.#startsOperand(token)) this.#index += 1;
      if (this.#peek().type !== 'end' && this.#startsOperand(this.#peek())) parts.push(this.#or());
    }
    const [first] = parts;
    if (first !== undefined && parts.length === 1) return first;
    return { kind: 'and', operands: parts, from: parts[0]?.from ?? 0, to: parts.at(-1)?.to ?? 0 };
  }

  #or(): Expression {
    return this.#nested(() => this.#chain('or', () => this.#chain('and', () => this.#not())));
  }

  #chain(kind: 'or' | 'and', operand: () => Expression): Expression {
    const first = operand();
    if (!this.#isKeyword(kind)) return first;
    const operands = [first];
    while (this.#isKeyword(kind)) {
      this.#index += 1;
      operands.push(operand());
    }
    return { kind, operands, from: first.from, to: operands.at(-1)?.to ?? first.to };
  }

  #not(): Expression {
    const token = this.#peek();
    if (token.type === 'keyword' && token.text === 'not') {
      this.#index += 1;
      const operand = this.#nested(() => this.#not());
      return { kind: 'not', operand, from: token.from, to: operand.to };
    }
    if (token.type === 'keyword' && (token.text === 'any' || token.text === 'all'))
      return this.#quantifier(token.text);
    return this.#comparison();
  }

  #quantifier(kind: 'any' | 'all'): Expression {
    const { from } = this.#take();
    this.#expect('(', `${kind} is followed by a list in brackets: ${kind} (config.exporters) where …`);
    const list = this.#or();
    this.#expect(')', `The bracket after ${kind} is not closed.`);
    let name: string | null = null;
    if (this.#isKeyword('as')) {
      this.#index += 1;
      const token = this.#peek();
      if (token.type === 'name') name = this.#take().text;
      else this.#problem('syntax/unexpected', token, 'After as stands a name for the element.');
    }
    const next = this.#peek();
    if (next.type === 'name' && nearestName(next.text, ['where']) !== undefined)
      this.#problem('syntax/where', next, `"${clip(next.text)}" is written where.`, 'where');
    else if (!this.#isKeyword('where')) {
      this.#problem('syntax/where', this.#peek(), `${kind} (…) is followed by where and a condition.`);
      return { kind, list, name, condition: this.#missing(), from, to: this.#end() };
    }
    this.#index += 1;
    const condition = this.#or();
    return { kind, list, name, condition, from, to: condition.to };
  }

  #comparison(): Expression {
    const left = this.#operand();
    const whole = this.#operation(left);
    const next = this.#peek();
    if (whole !== left && next.type === 'symbol' && comparisons.has(next.text)) {
      this.#problem(
        'syntax/chain',
        next,
        `One comparison at a time: join two with and (a ${next.text} b and b ${next.text} c).`,
      );
      this.#index += 1;
      this.#operand();
    }
    return whole;
  }

  #operation(left: Expression): Expression {
    const token = this.#peek();
    const { from } = left;
    if (token.type === 'symbol' && comparisons.has(token.text)) {
      this.#index += 1;
      const right = this.#operand();
      return {
        kind: 'comparison',
        operator: token.text as ComparisonOperator,
        left,
        right,
        from,
        to: right.to,
      };
    }
    if (token.type !== 'keyword') return left;
    if (token.text === 'not') {
      const following = this.#tokens[this.#index + 1];
      const isNegated =
        following?.type === 'keyword' &&
        (following.text === 'in' || following.text === 'matches' || following.text === 'has-key');
      if (!isNegated) return left;
      this.#index += 1;
      const operand = this.#operation(left);
      return { kind: 'not', operand, from, to: operand.to };
    }
    if (token.text === 'in') return this.#membership(left);
    if (token.text === 'matches') return this.#matches(left);
    if (token.text !== 'has-key') return left;
    this.#index += 1;
    const key = this.#key();
    return { kind: 'has-key', target: left, key, from, to: this.#end() };
  }

  #membership(left: Expression): Expression {
    this.#index += 1;
    if (!this.#isSymbol('(')) {
      const item = this.#operand();
      return { kind: 'in', left, items: [item], from: left.from, to: item.to };
    }
    this.#index += 1;
    const items = this.#list('in (…)');
    if (items.length === 0)
      this.#problem(
        'syntax/empty-list',
        this.#tokens[this.#index - 1] ?? this.#peek(),
        'in () holds nothing: name at least one value.',
      );
    return { kind: 'in', left, items, from: left.from, to: this.#end() };
  }

  #matches(left: Expression): Expression {
    this.#index += 1;
    const start = this.#peek();
    const isCall = start.type === 'name' && start.text === 'regex' && this.#isSymbol('(', 1);
    if (isCall) this.#index += 2;
    const token = this.#peek();
    if (token.type !== 'literal' || token.literal.type !== 'string') {
      const message = `After matches stands a regular expression in quotes: matches '^prod-[0-9]+$'.`;
      this.#problem('syntax/pattern', token, message);
      if (this.#startsOperand(token)) this.#operand();
      if (isCall && this.#isSymbol(')')) this.#index += 1;
      return {
        kind: 'matches',
        left,
        pattern: '',
        patternSpan: spanOf(token),
        from: left.from,
        to: this.#end(),
      };
    }
    this.#index += 1;
    if (isCall) this.#expect(')', 'The bracket after regex is not closed.');
    return {
      kind: 'matches',
      left,
      pattern: token.literal.value,
      patternSpan: spanOf(token),
      from: left.from,
      to: this.#end(),
    };
  }

  #operand(): Expression {
    const token = this.#peek();
    if (token.type === 'literal') {
      this.#index += 1;
      return { kind: 'literal', literal: token.literal, from: token.from, to: token.to };
    }
    if (token.type === 'name') return this.#isSymbol('(', 1) ? this.#call() : this.#path();
    if (token.type === 'symbol' && token.text === '(') {
      this.#index += 1;
      const inner = this.#or();
      this.#expect(')', 'This bracket is not closed.', token);
      return inner;
    }
    if (token.type === 'keyword' && token.text === 'has-key') {
      this.#index += 1;
      const key = this.#key();
      return { kind: 'has-key', target: null, key, from: token.from, to: this.#end() };
    }
    if (token.type === 'keyword' && (token.text === 'any' || token.text === 'all' || token.text === 'not')) {
      this.#problem('syntax/brackets', token, `Put brackets around ${token.text} … when it is compared.`);
      return this.#nested(() => this.#not());
    }
    this.#problem('syntax/operand', token, `A value is missing here${describe(token)}.`);
    return this.#missing();
  }

  #call(): Expression {
    const token = this.#take();
    this.#index += 1;
    const args = this.#list(`${clip(token.text)}(…)`);
    return {
      kind: 'call',
      name: token.text,
      nameSpan: spanOf(token),
      args,
      from: token.from,
      to: this.#end(),
    };
  }

  /** Up to the closing bracket, the opening one having been read. */
  #list(what: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.#isSymbol(')') && this.#peek().type !== 'end' && !this.#problems.isFull) {
      const before = this.#index;
      items.push(this.#or());
      if (this.#isSymbol(',')) this.#index += 1;
      else if (!this.#isSymbol(')')) {
        this.#problem(
          'syntax/list',
          this.#peek(),
          `In ${what} a comma or a closing bracket is missing${describe(this.#peek())}.`,
        );
        if (this.#index === before) this.#index += 1;
        if (!this.#startsOperand(this.#peek())) break;
      }
    }
    this.#expect(')', `${what} is not closed.`);
    return items;
  }

  #path(): Path {
    const head = this.#take();
    const steps: PathStep[] = [{ key: head.text, bracketed: false, ...spanOf(head) }];
    for (;;) {
      if (this.#isSymbol('.')) {
        const dot = this.#take();
        const token = this.#peek();
        if (token.type !== 'name') {
          this.#problem(
            'syntax/path',
            dot,
            'After a dot stands a key. Keys with other characters stand in brackets: ["a key"].',
          );
          break;
        }
        this.#index += 1;
        steps.push({ key: token.text, bracketed: false, ...spanOf(token) });
      } else if (this.#isSymbol('[')) {
        const step = this.#bracketed();
        if (step === undefined) break;
        steps.push(step);
      } else break;
    }
    if (steps.length > maxPathSteps)
      this.#problem(
        'limit/path',
        head,
        `A path has at most ${maxPathSteps} steps, this one ${steps.length}.`,
      );
    return { kind: 'path', steps, from: head.from, to: this.#end() };
  }

  #bracketed(): PathStep | undefined {
    const open = this.#take();
    const token = this.#peek();
    const isIndex = token.type === 'literal' && token.literal.type === 'number' && /^\d+$/.test(token.text);
    const isKey = token.type === 'literal' && token.literal.type === 'string';
    if (!isIndex && !isKey) {
      this.#problem(
        'syntax/path',
        open,
        'In these brackets stands a key in quotes or an index: ["service.name"], [0].',
      );
      while (!this.#isSymbol(']') && this.#peek().type !== 'end' && this.#peek().type !== 'keyword')
        this.#index += 1;
      if (this.#isSymbol(']')) this.#index += 1;
      return undefined;
    }
    this.#index += 1;
    this.#expect(']', 'This bracket is not closed.', open);
    const key = token.literal.type === 'string' ? token.literal.value : String(Number(token.text));
    return { key, bracketed: true, ...spanOf(token) };
  }

  #key(): string {
    const token = this.#peek();
    if (token.type === 'literal' && token.literal.type === 'string') {
      this.#index += 1;
      return token.literal.value;
    }
    if (token.type !== 'name' && token.type !== 'keyword' && token.type !== 'literal') {
      this.#problem('syntax/key', token, 'After has-key stands a key: has-key service.name, or in quotes.');
      return '';
    }
    let key = this.#take().text;
    while (this.#isSymbol('.')) {
      this.#index += 1;
      const step = this.#peek();
      if (step.type !== 'name') {
        this.#problem(
          'syntax/key',
          step,
          'After the dot the key goes on. Put other characters in quotes: has-key "a key".',
        );
        break;
      }
      key += `.${this.#take().text}`;
    }
    return key;
  }

  #nested(read: () => Expression): Expression {
    if (this.#nesting >= maxNesting) {
      this.#problem(
        'limit/depth',
        this.#peek(),
        `Nested more than ${maxNesting} brackets deep. Split the expression.`,
      );
      this.#index = this.#tokens.length - 1;
      return this.#missing();
    }
    this.#nesting += 1;
    const node = read();
    this.#nesting -= 1;
    return node;
  }

  #unexpectedAfterExpression(token: Token): void {
    const previous = this.#tokens[this.#index - 1];
    if (token.type === 'symbol' && token.text === ')')
      return this.#problem('syntax/bracket', token, 'This bracket closes nothing.');
    if (token.type === 'keyword' && token.text === 'where')
      return this.#problem('syntax/where', token, 'where belongs to any (…) or all (…).');
    const word = token.type === 'name' ? nearestName(token.text, keywords) : undefined;
    if (word !== undefined)
      return this.#problem(
        'syntax/unexpected',
        token,
        `"${clip(token.text)}" is no operator. Did you mean ${word}?`,
        word,
      );
    const after = previous === undefined ? '' : ` after ${quote(previous)}`;
    const advice = this.#startsOperand(token)
      ? 'an operator such as and, or, = is missing'
      : 'it does not belong here';
    this.#problem('syntax/unexpected', token, `${quote(token)} stands${after}: ${advice}.`);
  }

  #startsOperand(token: Token): boolean {
    if (token.type === 'literal' || token.type === 'name') return true;
    if (token.type === 'symbol') return token.text === '(';
    return token.type === 'keyword' && ['not', 'any', 'all', 'has-key'].includes(token.text);
  }

  #expect(symbol: ')' | '(' | ']', message: string, at: Span = this.#peek()): void {
    if (this.#isSymbol(symbol)) this.#index += 1;
    else this.#problem('syntax/bracket', at, message);
  }

  #missing(): Expression {
    const { from } = this.#peek();
    return { kind: 'missing', from, to: from };
  }

  #end(): number {
    return this.#tokens[this.#index - 1]?.to ?? 0;
  }

  #peek(): Token {
    return this.#tokens[this.#index] ?? { type: 'end', text: '', from: 0, to: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#index += 1;
    return token;
  }

  #isKeyword(text: string): boolean {
    const token = this.#peek();
    return token.type === 'keyword' && token.text === text;
  }

  #isSymbol(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#index + ahead];
    return token?.type === 'symbol' && token.text === text;
  }

  #problem(code: string, at: Span, message: string, suggestion?: string): void {
    this.#problems.add({ code, message, from: at.from, to: Math.max(at.to, at.from), suggestion });
  }
}

function spanOf({ from, to }: Span): Span {
  return { from, to };
}

function quote(token: Token): string {
  return token.type === 'end' ? 'the end' : `"${clip(token.text)}"`;
}

function describe(token: Token): string {
  return token.type === 'end' ? '' : `, before ${quote(token)}`;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** True for a name that may stand first in a path as it is. */
export function isPlainName(text: string): boolean {
  return /^[A-Za-z_][\w/-]*$/.test(text) && !isKeyword(text);
}
