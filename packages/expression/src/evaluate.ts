import { compile, type Compiled, type Run } from './compile-expression.ts';
import type { EvaluationContext } from './evaluation-context.ts';
import { EvaluationFailure, type FailureCode } from './evaluation-failure.ts';
import type { Expression } from './syntax-tree.ts';
import type { Value } from './value.ts';

/** Bounds of one evaluation, both counted: the same expression on the same values ends alike on every machine. */
export interface EvaluationLimits {
  /** Parts of the tree computed, elements visited, and lengths of searched texts in proportion. */
  readonly steps?: number;
  /** Levels of the tree. */
  readonly depth?: number;
}

/** Less than 50 ms, whatever the expression: `test/fuzz/slowest-expressions.ts` measures it. */
export const defaultLimits = { steps: 100_000, depth: 64 } as const;

export type Evaluation =
  | { readonly ok: true; readonly value: Value; readonly steps: number }
  /** No match, no permission: whoever asks takes a failure as the answer that changes nothing. */
  | {
      readonly ok: false;
      readonly code: FailureCode;
      readonly reason: string;
      readonly from: number;
      readonly to: number;
    };

export interface CompiledExpression {
  evaluate(context: EvaluationContext, limits?: EvaluationLimits): Evaluation;
}

/** Compiles once for many evaluations. A tree with errors compiles too: each of its evaluations fails. */
export function compileExpression(ast: Expression): CompiledExpression {
  const compiled = tryCompile(ast);
  if (compiled instanceof EvaluationFailure) {
    const failed = toFailed(compiled);
    return { evaluate: () => failed };
  }
  return { evaluate: (context, limits) => run(compiled, context, limits ?? defaultLimits, ast) };
}

/** True only when the expression could be evaluated and holds. */
export function holds(evaluation: Evaluation): boolean {
  return evaluation.ok && evaluation.value === true;
}

const known = new WeakMap<Expression, CompiledExpression>();

/** Evaluates a tree; it is compiled the first time. Never throws. */
export function evaluate(ast: Expression, context: EvaluationContext, limits?: EvaluationLimits): Evaluation {
  let compiled = known.get(ast);
  if (compiled === undefined) known.set(ast, (compiled = compileExpression(ast)));
  return compiled.evaluate(context, limits);
}

function tryCompile(ast: Expression): Compiled | EvaluationFailure {
  try {
    return compile(ast);
  } catch (error) {
    return toFailure(error, ast);
  }
}

function run(
  { step, depth }: Compiled,
  context: EvaluationContext,
  limits: EvaluationLimits,
  ast: Expression,
): Evaluation {
  const { steps = defaultLimits.steps, depth: maxDepth = defaultLimits.depth } = limits;
  if (depth > maxDepth) {
    const reason = `Nested ${depth} levels deep; ${maxDepth} are allowed.`;
    return { ok: false, code: 'depth', reason, from: ast.from, to: ast.to };
  }
  const running: Run = { context, left: steps, elements: [] };
  try {
    const value = step(running);
    if (running.left < 0)
      throw new EvaluationFailure('budget', 'The evaluation took more steps than it may.', ast);
    return { ok: true, value, steps: steps - running.left };
  } catch (error) {
    return toFailed(toFailure(error, ast));
  }
}

function toFailure(error: unknown, ast: Expression): EvaluationFailure {
  if (error instanceof EvaluationFailure) return error;
  return new EvaluationFailure('internal', `The evaluation broke off: ${String(error).slice(0, 200)}`, ast);
}

function toFailed({ code, reason, from, to }: EvaluationFailure): Evaluation {
  return { ok: false, code, reason, from, to };
}
