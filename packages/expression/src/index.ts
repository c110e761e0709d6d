/**
 * The expression language of selectors, lint rules and policies: read, check, evaluate, print, complete. Pure: no I/O,
 * no clock; the same expression on the same values gives the same answer everywhere.
 */
export type { CheckedExpression } from './check-expression.ts';
export { checkExpression } from './check-expression.ts';
export type { Completion, CompletionKind, CompletionOption, KnownValues } from './complete-expression.ts';
export { completeExpression } from './complete-expression.ts';
export type { ContextName, ContextSchema } from './context-schema.ts';
export { contextSchemas } from './context-schema.ts';
export { Duration, parseDuration } from './duration.ts';
export type { CompiledExpression, Evaluation, EvaluationLimits } from './evaluate.ts';
export { compileExpression, defaultLimits, evaluate, holds } from './evaluate.ts';
export type { EvaluationContext, SelectorInput } from './evaluation-context.ts';
export { selectorContext } from './evaluation-context.ts';
export type { Culprit, TrailStep } from './explain-false.ts';
export { explainFalse } from './explain-false.ts';
export type { FailureCode } from './evaluation-failure.ts';
export type { LanguageFunction, Parameter } from './functions.ts';
export { functions } from './functions.ts';
export type { ParsedExpression } from './parse-expression.ts';
export { maxTextLength, parseExpression } from './parse-expression.ts';
export { printExpression } from './print-expression.ts';
export type { Problem, ProblemSeverity } from './problem.ts';
export type { Expression, Span } from './syntax-tree.ts';
export type { Value, ValueMap } from './value.ts';
export type { Field, ValueType } from './value-type.ts';
