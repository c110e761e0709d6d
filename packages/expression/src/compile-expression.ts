import { Duration, parseDuration } from './duration.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { EvaluationFailure } from './evaluation-failure.ts';
import { functions, type LanguageFunction, maxSearchedLength, type Work } from './functions.ts';
import { isBroken } from './parse-expression.ts';
import { printExpression } from './print-expression.ts';
import { compilePattern, maxPatternCost, type RegularExpression } from './regular-expression.ts';
import {
  type Call,
  childrenOf,
  type Comparison,
  type ComparisonOperator,
  type Expression,
  type HasKey,
  type Logical,
  type Matches,
  type Membership,
  type Path,
  type PathStep,
  type Quantifier,
  type Span,
} from './syntax-tree.ts';
import { isList, isMap, nameOfValue, type Value, type ValueMap } from './value.ts';

/** One evaluation under way. */
export interface Run {
  readonly context: EvaluationContext;
  /** Steps that may still be taken. */
  left: number;
  /** Elements of the quantifiers around, outermost first. */
  readonly elements: Value[];
}

export type Step = (run: Run) => Value;

export interface Compiled {
  readonly step: Step;
  /** Levels of the tree. */
  readonly depth: number;
}

/** The tree as nested functions, made once and run for every agent. Throws {@link EvaluationFailure} for a tree with errors. */
export function compile(ast: Expression): Compiled {
  if (isBroken(ast)) throw new EvaluationFailure('invalid', 'The expression has errors.', ast);
  const depth = depthOf(ast, 0);
  preparePatterns(ast, 0);
  return { step: compileNode(ast, []), depth };
}

/** Automata cost time to build: each is built once, and a tree has no more of them than it may. */
const patterns = new WeakMap<Matches, RegularExpression>();

function preparePatterns(node: Expression, before: number): number {
  let cost = before;
  if (node.kind === 'matches') {
    const compiled = compilePattern(node.pattern);
    if (!compiled.ok) throw new EvaluationFailure('invalid', compiled.message, node.patternSpan);
    cost += compiled.expression.cost;
    if (cost > maxPatternCost)
      throw new EvaluationFailure('invalid', 'The patterns are too large together.', node.patternSpan);
    patterns.set(node, compiled.expression);
  }
  return childrenOf(node).reduce((sum, child) => preparePatterns(child, sum), cost);
}

const maxDepth = 400;

function depthOf(node: Expression, above: number): number {
  if (above > maxDepth)
    throw new EvaluationFailure('depth', `Nested more than ${maxDepth} levels deep.`, node);
  let deepest = 0;
  for (const child of childrenOf(node)) deepest = Math.max(deepest, depthOf(child, above + 1));
  return deepest + 1;
}

/** Names of the elements of the quantifiers around, outermost first; null for one without a name. */
export type Scope = readonly (string | null)[];

export function compileNode(node: Expression, scope: Scope): Step {
  const step = compileKind(node, scope);
  return (run) => {
    if (--run.left < 0) throw overBudget(node);
    return step(run);
  };
}

function overBudget(node: Span): EvaluationFailure {
  return new EvaluationFailure('budget', 'The evaluation took more steps than it may.', node);
}

function compileKind(node: Expression, scope: Scope): Step {
  switch (node.kind) {
    case 'literal': {
      const { literal } = node;
      if (literal.type === 'null') return () => null;
      const value = literal.type === 'duration' ? new Duration(literal.nanoseconds) : literal.value;
      return () => value;
    }
    case 'path':
      return compilePath(node, scope);
    case 'call':
      return compileCall(node, scope);
    case 'not': {
      const operand = compileCondition(node.operand, scope);
      return (run) => !operand(run);
    }
    case 'and':
    case 'or':
      return compileLogical(node, scope);
    case 'comparison':
      return compileComparison(node, scope);
    case 'in':
      return compileMembership(node, scope);
    case 'matches':
      return compileMatches(node, scope);
    case 'has-key':
      return compileHasKey(node, scope);
    case 'any':
    case 'all':
      return compileQuantifier(node, scope);
    case 'missing':
      throw new EvaluationFailure('invalid', 'The expression has errors.', node);
  }
}

/** True or false; null is false; anything else is refused. */
function compileCondition(node: Expression, scope: Scope): (run: Run) => boolean {
  const step = compileNode(node, scope);
  return (run) => {
    const value = step(run);
    if (value === true) return true;
    if (value === false || value === null) return false;
    throw wrongType(node, `is ${nameOfValue(value)}, not a condition`);
  };
}

function compileLogical(node: Logical, scope: Scope): Step {
  const operands = node.operands.map((operand) => compileCondition(operand, scope));
  const decides = node.kind === 'or';
  return (run) => {
    for (const operand of operands) if (operand(run) === decides) return decides;
    return !decides;
  };
}

function compilePath({ steps }: Path, scope: Scope): Step {
  const [head] = steps;
  if (head === undefined) return () => null;
  const rest = stepsFrom(steps, 1);
  const named = scope.lastIndexOf(head.key);
  if (named !== -1) return (run) => follow(run.elements[named] ?? null, rest, run);
  const innermost = scope.length - 1;
  if (innermost >= 0 && head.key === 'it') return (run) => follow(run.elements[innermost] ?? null, rest, run);
  const whole = stepsFrom(steps, 0);
  return (run) => {
    const { roots, bare } = run.context;
    if (Object.hasOwn(roots, head.key)) return follow(roots[head.key] ?? null, rest, run);
    if (innermost >= 0) return follow(run.elements[innermost] ?? null, whole, run);
    return bare === undefined ? null : follow(bare, whole, run);
  };
}

/** For each place in a path the keys that may be read there, the longest first, and the place after each. */
type Candidates = readonly (readonly (readonly [key: string, next: number])[])[];

function stepsFrom(steps: readonly PathStep[], start: number): Candidates {
  const all: (readonly [string, number])[][] = [];
  for (let at = start; at < steps.length; at += 1) {
    const here: (readonly [string, number])[] = [];
    let key = '';
    for (let end = at; end < steps.length; end += 1) {
      const step = steps[end];
      if (step === undefined || (step.bracketed && end > at)) break;
      key = end === at ? step.key : `${key}.${step.key}`;
      here.unshift([key, end + 1 - start]);
      if (step.bracketed) break;
    }
    all.push(here);
  }
  return all;
}

function follow(start: Value, candidates: Candidates, run: Run): Value {
  let value = start;
  let at = 0;
  while (at < candidates.length) {
    const here = candidates[at];
    if (here === undefined || value === null || typeof value !== 'object' || value instanceof Duration)
      return null;
    run.left -= 1;
    const found = here.find(
      ([key]) => Object.hasOwn(value as ValueMap, key) && !(isList(value) && key === 'length'),
    );
    if (found === undefined) return null;
    value = (value as ValueMap)[found[0]] ?? null;
    [, at] = found;
  }
  return value;
}

function compileCall(node: Call, scope: Scope): Step {
  const definition: LanguageFunction | undefined = functions.get(node.name);
  if (definition === undefined)
    throw new EvaluationFailure('invalid', `There is no function ${node.name}.`, node);
  const args = node.args.map((argument) => compileNode(argument, scope));
  const { parameters, repeatsLast = false, takesNull = false } = definition;
  if (repeatsLast ? args.length < parameters.length : args.length !== parameters.length)
    throw new EvaluationFailure(
      'invalid',
      `${node.name} takes ${parameters.length} arguments, not ${args.length}.`,
      node,
    );
  return (run) => {
    const values = args.map((argument) => argument(run));
    charge(run, 3, node);
    return !takesNull && values.includes(null) ? null : definition.apply(values, workOf(run, node));
  };
}

function workOf(run: Run, node: Call): Work {
  return {
    charge: (steps) => charge(run, steps, node),
    refuse: (what) => {
      throw new EvaluationFailure('type', `${node.name} ${what}.`, node);
    },
    tooLong: (what) => {
      throw new EvaluationFailure('size', `${node.name} ${what}.`, node);
    },
  };
}

function charge(run: Run, steps: number, node: Span): void {
  run.left -= steps;
  if (run.left < 0) throw overBudget(node);
}

function isNullLiteral(node: Expression): boolean {
  return node.kind === 'literal' && node.literal.type === 'null';
}

function compileComparison(node: Comparison, scope: Scope): Step {
  const left = compileNode(node.left, scope);
  const right = compileNode(node.right, scope);
  const { operator } = node;
  if (isNullLiteral(node.left) || isNullLiteral(node.right)) {
    const other = isNullLiteral(node.right) ? left : right;
    if (operator === '=') return (run) => other(run) === null;
    if (operator === '!=') return (run) => other(run) !== null;
    return () => false;
  }
  return (run) => {
    const leftValue = left(run);
    const rightValue = right(run);
    if (leftValue === null || rightValue === null) return false;
    if (operator === '=') return equalsAny(leftValue, rightValue, run, node);
    if (operator === '!=') return !equalsAny(leftValue, rightValue, run, node);
    if (isList(leftValue))
      return leftValue.some((one) => isOrdered(one, rightValue, { operator, run, node }));
    if (isList(rightValue))
      return rightValue.some((one) => isOrdered(leftValue, one, { operator, run, node }));
    return isOrdered(leftValue, rightValue, { operator, run, node });
  };
}

/** A list beside a single value is equal to it when one of its elements is. */
function equalsAny(left: Value, right: Value, run: Run, node: Span): boolean {
  if (isList(left) === isList(right)) return equals(left, right, run, node);
  const [list, single] = isList(left) ? [left, right] : [right as readonly Value[], left];
  for (const element of list) if (element !== null && equals(element, single, run, node)) return true;
  return false;
}

function equals(left: Value, right: Value, run: Run, node: Span): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    charge(run, 1 + (left.length >> 8), node);
    return left === right;
  }
  charge(run, 1, node);
  if (left instanceof Duration || right instanceof Duration) {
    const [first, second] = [nanosecondsOf(left), nanosecondsOf(right)];
    return first !== undefined && first === second;
  }
  if (isList(left)) {
    if (!isList(right) || left.length !== right.length) return false;
    return left.every((element, index) => equals(element, right[index] ?? null, run, node));
  }
  if (!isMap(left) || !isMap(right)) return left === right;
  const keys = Object.keys(left);
  charge(run, keys.length, node);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) => Object.hasOwn(right, key) && equals(left[key] ?? null, right[key] ?? null, run, node),
  );
}

function nanosecondsOf(value: Value): number | undefined {
  if (value instanceof Duration) return value.nanoseconds;
  return typeof value === 'string' ? parseDuration(value) : undefined;
}

interface Ordering {
  readonly operator: ComparisonOperator;
  readonly run: Run;
  readonly node: Comparison;
}

function isOrdered(left: Value, right: Value, { operator, run, node }: Ordering): boolean {
  if (left === null || right === null) return false;
  if (typeof left === 'number' && typeof right === 'number') {
    charge(run, 1, node);
    return inOrder(left, right, operator);
  }
  if (left instanceof Duration || right instanceof Duration) {
    charge(run, 1, node);
    const [first, second] = [nanosecondsOf(left), nanosecondsOf(right)];
    if (first !== undefined && second !== undefined) return inOrder(first, second, operator);
    const [other, side] = first === undefined ? [left, node.left] : [right, node.right];
    throw wrongType(
      side,
      `is ${typeof other === 'string' ? `the text ${clip(JSON.stringify(other))}` : nameOfValue(other)}, not a duration`,
    );
  }
  if (typeof left !== 'string' || typeof right !== 'string')
    throw wrongType(node, `compares ${nameOfValue(left)} with ${nameOfValue(right)}`);
  charge(run, 1 + (Math.min(left.length, right.length) >> 8), node);
  return inOrder(left, right, operator);
}

function inOrder<Scalar extends string | number>(
  left: Scalar,
  right: Scalar,
  operator: ComparisonOperator,
): boolean {
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

function compileMembership(node: Membership, scope: Scope): Step {
  const left = compileNode(node.left, scope);
  const texts = literalTexts(node.items);
  if (texts !== undefined)
    return (run) => {
      const value = left(run);
      if (typeof value === 'string') return texts.has(value);
      return isList(value) && value.some((one) => isAmong(one, texts, run, node));
    };
  const items = node.items.map((item) => compileNode(item, scope));
  return (run) => {
    const value = left(run);
    if (value === null) return false;
    for (const item of items) {
      const candidate = item(run);
      if (candidate === null) continue;
      if (isList(value) && isList(candidate)) {
        for (const one of value) if (one !== null && equalsAny(one, candidate, run, node)) return true;
      } else if (equalsAny(value, candidate, run, node)) return true;
    }
    return false;
  };
}

function isAmong(value: Value, texts: ReadonlySet<string>, run: Run, node: Span): boolean {
  charge(run, 1, node);
  return typeof value === 'string' && texts.has(value);
}

/** The items as a set when all are texts: the usual case, and then as quick for a hundred as for one. */
function literalTexts(items: readonly Expression[]): ReadonlySet<string> | undefined {
  const texts = new Set<string>();
  for (const item of items) {
    if (item.kind !== 'literal' || item.literal.type !== 'string') return undefined;
    texts.add(item.literal.value);
  }
  return texts;
}

function compileMatches(node: Matches, scope: Scope): Step {
  const left = compileNode(node.left, scope);
  const expression = patterns.get(node);
  if (expression === undefined) throw new EvaluationFailure('invalid', 'The pattern was not prepared.', node);
  const testOne = (value: Value, run: Run): boolean => {
    if (value === null) return false;
    if (typeof value !== 'string') throw wrongType(node.left, `is ${nameOfValue(value)}; matches takes text`);
    if (value.length > maxSearchedLength)
      throw new EvaluationFailure('size', `matches takes text up to ${maxSearchedLength} characters.`, node);
    charge(run, 1 + ((value.length * (8 + expression.cost)) >> 4), node);
    return expression.test(value);
  };
  return (run) => {
    const value = left(run);
    return isList(value) ? value.some((one) => testOne(one, run)) : testOne(value, run);
  };
}

function compileHasKey({ target, key }: HasKey, scope: Scope): Step {
  const innermost = scope.length - 1;
  const owner: Step =
    target !== null
      ? compileNode(target, scope)
      : innermost >= 0
        ? (run) => run.elements[innermost] ?? null
        : (run) => run.context.bare ?? null;
  return (run) => {
    const value = owner(run);
    return isMap(value) && Object.hasOwn(value, key);
  };
}

function compileQuantifier(node: Quantifier, scope: Scope): Step {
  const list = compileNode(node.list, scope);
  const condition = compileCondition(node.condition, [...scope, node.name]);
  const decides = node.kind === 'any';
  return (run) => {
    for (const element of elementsOf(list(run), run, node)) {
      run.elements.push(element);
      const holds = condition(run);
      run.elements.pop();
      if (holds === decides) return decides;
    }
    return !decides;
  };
}

/** Of a list its elements, of a mapping its values, of null nothing. */
export function elementsOf(value: Value, run: Run, node: Quantifier): readonly Value[] {
  if (value === null) return [];
  if (isList(value)) return value;
  if (!isMap(value))
    throw wrongType(node.list, `is ${nameOfValue(value)}; ${node.kind} goes over a list or a mapping`);
  const elements = Object.values(value);
  charge(run, elements.length, node);
  return elements;
}

function wrongType(node: Expression, what: string): EvaluationFailure {
  return new EvaluationFailure('type', `${clip(printExpression(node))} ${what}.`, node);
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
