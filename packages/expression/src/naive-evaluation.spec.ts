import { Duration, parseDuration } from './duration.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { functions } from './functions.ts';
import type { Expression, PathStep } from './syntax-tree.ts';
import type { Value, ValueMap } from './value.ts';

/** Thrown where the language refuses to give a value. */
export class Refused extends Error {}

interface Element {
  readonly name: string | null;
  readonly value: Value;
}

/** The language as its reference page tells it, in the plainest words and without any bound: to compare with. */
export function evaluateNaively(
  node: Expression,
  context: EvaluationContext,
  around: readonly Element[] = [],
): Value {
  const value = (one: Expression): Value => evaluateNaively(one, context, around);
  const condition = (one: Expression, inside = around): boolean => {
    const result = evaluateNaively(one, context, inside);
    if (result !== null && typeof result !== 'boolean') throw new Refused('no condition');
    return result === true;
  };
  switch (node.kind) {
    case 'literal':
      if (node.literal.type === 'null') return null;
      return node.literal.type === 'duration' ? new Duration(node.literal.nanoseconds) : node.literal.value;
    case 'path':
      return valueOfPath(node.steps, context, around);
    case 'not':
      return !condition(node.operand);
    case 'and':
      return node.operands.every((operand) => condition(operand));
    case 'or':
      return node.operands.some((operand) => condition(operand));
    case 'comparison': {
      const isNull = (one: Expression): boolean => one.kind === 'literal' && one.literal.type === 'null';
      if (isNull(node.left) || isNull(node.right)) {
        if (node.operator !== '=' && node.operator !== '!=') return false;
        const other = value(isNull(node.right) ? node.left : node.right);
        return (other === null) === (node.operator === '=');
      }
      const [left, right] = [value(node.left), value(node.right)];
      if (left === null || right === null) return false;
      if (node.operator === '=') return isEqual(left, right);
      if (node.operator === '!=') return !isEqual(left, right);
      const compare = (one: Value, other: Value): boolean => isOrdered(one, node.operator, other);
      if (Array.isArray(left)) return left.some((one) => compare(one, right));
      return Array.isArray(right) ? right.some((one) => compare(left, one)) : compare(left, right);
    }
    case 'in': {
      const left = value(node.left);
      if (left === null) return false;
      return node.items.some((item) => {
        const candidate = value(item);
        if (candidate === null) return false;
        if (Array.isArray(left) && Array.isArray(candidate))
          return left.some((one) => one !== null && isEqual(one, candidate));
        return isEqual(left, candidate);
      });
    }
    case 'matches': {
      const left = value(node.left);
      const pattern = new RegExp(node.pattern);
      const test = (one: Value): boolean => {
        if (one === null) return false;
        if (typeof one !== 'string') throw new Refused('no text');
        return pattern.test(one);
      };
      return Array.isArray(left) ? left.some(test) : test(left);
    }
    case 'has-key': {
      const target =
        node.target === null
          ? (around.at(-1)?.value ?? (around.length > 0 ? null : context.bare))
          : value(node.target);
      return isMapping(target ?? null) && Object.hasOwn(target as object, node.key);
    }
    case 'any':
    case 'all': {
      const list = value(node.list);
      if (list !== null && (typeof list !== 'object' || list instanceof Duration))
        throw new Refused('no list');
      const elements = list === null ? [] : Object.values(list as ValueMap);
      const holds = (element: Value): boolean =>
        condition(node.condition, [...around, { name: node.name, value: element }]);
      return node.kind === 'any' ? elements.some(holds) : elements.every(holds);
    }
    case 'call': {
      const args = node.args.map(value);
      const called = functions.get(node.name);
      if (called === undefined) throw new Refused('no function');
      if (called.takesNull !== true && args.includes(null)) return null;
      const refuse = (what: string): never => {
        throw new Refused(what);
      };
      return called.apply(args, { charge: () => undefined, refuse, tooLong: refuse });
    }
    case 'missing':
      throw new Refused('missing');
  }
}

function valueOfPath(
  steps: readonly PathStep[],
  { roots, bare }: EvaluationContext,
  around: readonly Element[],
): Value {
  const [head, ...rest] = steps;
  if (head === undefined) return null;
  const named = around.findLast((element) => element.name === head.key);
  if (named !== undefined) return read(named.value, rest);
  const innermost = around.at(-1);
  if (innermost !== undefined && head.key === 'it') return read(innermost.value, rest);
  if (Object.hasOwn(roots, head.key)) return read(roots[head.key] ?? null, rest);
  return read(innermost === undefined ? (bare ?? null) : innermost.value, steps);
}

/** The longest key that is there wins; a bracketed step is a key of its own. */
function read(from: Value, steps: readonly PathStep[]): Value {
  if (steps.length === 0) return from;
  if (from === null || typeof from !== 'object' || from instanceof Duration) return null;
  for (let count = steps.length; count > 0; count -= 1) {
    const taken = steps.slice(0, count);
    if (count > 1 && taken.some((step) => step.bracketed)) continue;
    const key = taken.map((step) => step.key).join('.');
    if (Array.isArray(from) && key === 'length') continue;
    if (Object.hasOwn(from, key)) return read((from as ValueMap)[key] ?? null, steps.slice(count));
  }
  return null;
}

function isMapping(value: Value): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Duration);
}

function isEqual(left: Value, right: Value): boolean {
  if (Array.isArray(left) && !Array.isArray(right))
    return left.some((one) => one !== null && isEqual(one, right));
  if (Array.isArray(right) && !Array.isArray(left))
    return right.some((one) => one !== null && isEqual(left, one));
  return isSame(left, right);
}

function isSame(left: Value, right: Value): boolean {
  const [first, second] = [left, right].map((one) =>
    one instanceof Duration ? one.nanoseconds : typeof one === 'string' ? parseDuration(one) : undefined,
  );
  if (left instanceof Duration || right instanceof Duration) return first !== undefined && first === second;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null)
    return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [one, other] = [left as ValueMap, right as ValueMap];
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key] ?? null, other[key] ?? null))
  );
}

function isOrdered(left: Value, operator: string, right: Value): boolean {
  if (left === null || right === null) return false;
  let pair: readonly [number | string, number | string] | undefined;
  if (left instanceof Duration || right instanceof Duration) {
    const [first, second] = [left, right].map((one) =>
      one instanceof Duration ? one.nanoseconds : typeof one === 'string' ? parseDuration(one) : undefined,
    );
    if (first !== undefined && second !== undefined) pair = [first, second];
  } else if (typeof left === 'number' && typeof right === 'number') pair = [left, right];
  else if (typeof left === 'string' && typeof right === 'string') pair = [left, right];
  if (pair === undefined) throw new Refused('not ordered');
  const [one, other] = pair;
  return { '<': one < other, '<=': one <= other, '>': one > other, '>=': one >= other }[operator] ?? false;
}
