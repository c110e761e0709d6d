import { compileNode, elementsOf, type Run, type Scope, type Step } from './compile-expression.ts';
import { defaultLimits } from './evaluate.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { EvaluationFailure } from './evaluation-failure.ts';
import { printExpression } from './print-expression.ts';
import { childrenOf, type Expression, type Path, type Quantifier } from './syntax-tree.ts';
import { isList, isMap, type Value } from './value.ts';

/** One step on the way to a value: the key that was asked of a list or a mapping. */
export interface TrailStep {
  readonly container: Value;
  readonly key: string;
}

/** Why an expression is false: the part of it, and the value that the part is about. */
export interface Culprit {
  /** The part, as text. */
  readonly part: string;
  /** False when the part holds and should not: it stands under `not`. */
  readonly wanted: boolean;
  /** From a root to the value. The last keys may be missing there. */
  readonly trail: readonly TrailStep[];
  readonly value: Value;
}

const maxCulprits = 20;

/**
 * Which values make an expression false that was evaluated to false: each failing part of an `and`, each failing
 * element of an `all`, each element that an `any` under `not` should not have found. Never throws; at most twenty.
 */
export function explainFalse(ast: Expression, context: EvaluationContext): readonly Culprit[] {
  const search = new Search(context);
  try {
    search.blame(ast, true);
  } catch (error) {
    // What was found until the steps ran out is still true.
    if (!(error instanceof EvaluationFailure)) throw error;
  }
  return search.found.slice(0, maxCulprits);
}

interface Found {
  readonly trail: readonly TrailStep[];
  readonly value: Value;
}

class Search {
  readonly found: Culprit[] = [];
  readonly #run: Run;
  readonly #steps = new Map<Expression, Step>();
  #scope: Scope = [];
  #trails: readonly (readonly TrailStep[])[] = [];

  constructor(context: EvaluationContext) {
    this.#run = { context, left: defaultLimits.steps, elements: [] };
  }

  blame(node: Expression, wanted: boolean): void {
    if (this.found.length >= maxCulprits) return;
    switch (node.kind) {
      case 'not':
        return this.blame(node.operand, !wanted);
      case 'and':
      case 'or': {
        const isEachAtFault = (node.kind === 'and') === wanted;
        if (isEachAtFault) {
          for (const operand of node.operands)
            if ((this.#valueOf(operand) === true) !== wanted) this.blame(operand, wanted);
          return;
        }
        // All of them are at fault. The last one is what was asked for, those before it say of what.
        const last = node.operands.at(-1);
        if (last !== undefined) this.blame(last, wanted);
        return;
      }
      case 'any':
      case 'all':
        return this.#quantifier(node, wanted);
      default:
        this.#culprit(node, wanted);
    }
  }

  #quantifier(node: Quantifier, wanted: boolean): void {
    const list = this.#valueOf(node.list);
    if ((node.kind === 'all') !== wanted) return this.#culprit(node, wanted);
    const { trail } = this.#locate(node.list);
    const keys = isMap(list) ? Object.keys(list) : undefined;
    const [scope, trails] = [this.#scope, this.#trails];
    for (const [index, element] of elementsOf(list, this.#run, node).entries()) {
      const step: TrailStep = { container: list, key: keys?.[index] ?? String(index) };
      this.#scope = [...scope, node.name];
      this.#trails = [...trails, [...trail, step]];
      this.#run.elements.push(element);
      if ((this.#valueOf(node.condition) === true) !== wanted) this.blame(node.condition, wanted);
      this.#run.elements.pop();
      [this.#scope, this.#trails] = [scope, trails];
    }
  }

  #culprit(node: Expression, wanted: boolean): void {
    const { trail, value } = this.#locate(node);
    this.found.push({ part: printExpression(node), wanted, trail, value });
  }

  /** Where the value of a part comes from: of its first path, or of the element around. */
  #locate(node: Expression): Found {
    const path = firstPath(node);
    if (path !== undefined) return this.#follow(path);
    return { trail: this.#trails.at(-1) ?? [], value: this.#run.elements.at(-1) ?? null };
  }

  #follow({ steps }: Path): Found {
    const [head] = steps;
    if (head === undefined) return { trail: [], value: null };
    const { roots, bare } = this.#run.context;
    const named = this.#scope.lastIndexOf(head.key);
    const at = named !== -1 ? named : this.#scope.length - 1;
    const isElement = named !== -1 || (at >= 0 && head.key === 'it');
    const isRoot = !isElement && Object.hasOwn(roots, head.key);
    const isInside = isElement || (!isRoot && at >= 0);
    const trail = [...(isInside ? (this.#trails[at] ?? []) : [])];
    let value: Value = isInside
      ? (this.#run.elements[at] ?? null)
      : isRoot
        ? (roots[head.key] ?? null)
        : (bare ?? null);
    const keys = (isElement || isRoot ? steps.slice(1) : steps).map((step) => step.key);
    while (keys.length > 0) {
      let length = keys.length;
      while (length > 1 && !hasOwn(value, keys.slice(0, length).join('.'))) length -= 1;
      const key = keys.splice(0, length).join('.');
      trail.push({ container: value, key });
      value = hasOwn(value, key) ? ((value as Readonly<Record<string, Value>>)[key] ?? null) : null;
    }
    return { trail, value };
  }

  #valueOf(node: Expression): Value {
    let step = this.#steps.get(node);
    if (step === undefined) this.#steps.set(node, (step = compileNode(node, this.#scope)));
    return step(this.#run);
  }
}

function hasOwn(value: Value, key: string): boolean {
  return (isMap(value) || isList(value)) && Object.hasOwn(value, key);
}

function firstPath(node: Expression): Path | undefined {
  if (node.kind === 'path') return node;
  if (node.kind === 'any' || node.kind === 'all') return firstPath(node.list);
  for (const child of childrenOf(node)) {
    const path = firstPath(child);
    if (path !== undefined) return path;
  }
  return undefined;
}
