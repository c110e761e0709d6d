import { z } from 'zod';

/** What an expression is written for, and so which names it knows. */
export const expressionContext = z.enum(['selector', 'lint', 'policy']).meta({ id: 'ExpressionContext' });
export type ExpressionContext = z.output<typeof expressionContext>;

const text = z.string().max(100_000);

export const checkExpressionBody = z.object({ text, context: expressionContext });

export const expressionProblem = z
  .object({
    severity: z.enum(['error', 'warning']),
    code: z.string(),
    message: z.string(),
    /** Offsets in UTF-16 units; `to` is exclusive. */
    from: z.int(),
    to: z.int(),
    /** Of `from`, both counted from 1. */
    line: z.int(),
    column: z.int(),
    suggestion: z.string().optional(),
  })
  .meta({ id: 'ExpressionProblem' });
export type ExpressionProblem = z.output<typeof expressionProblem>;

export const expressionCheck = z
  .object({
    /** Whether it may be saved: warnings do not keep it from that. */
    valid: z.boolean(),
    problems: z.array(expressionProblem),
    /** Paths that are read, from their roots, each once. */
    references: z.array(z.string()),
    /** Labels among them, by key. */
    labelKeys: z.array(z.string()),
    /** The canonical text; null while there are errors. */
    canonical: z.string().nullable(),
  })
  .meta({ id: 'ExpressionCheck' });
export type ExpressionCheck = z.output<typeof expressionCheck>;

export const completeExpressionBody = z.object({
  text,
  /** In UTF-16 units. */
  offset: z.int().nonnegative(),
  context: expressionContext,
});

export const expressionCompletion = z
  .object({
    from: z.int(),
    to: z.int(),
    options: z.array(
      z.object({
        label: z.string(),
        kind: z.enum(['path', 'function', 'operator', 'keyword', 'value']),
        detail: z.string(),
        /** Put in place of what stands between `from` and `to`. */
        insert: z.string(),
      }),
    ),
  })
  .meta({ id: 'ExpressionCompletion' });
export type ExpressionCompletion = z.output<typeof expressionCompletion>;
