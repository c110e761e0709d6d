import { z } from 'zod';
import { readQuery, timestamp, written } from './shared.ts';

export const lintSeverity = z.enum(['error', 'warning', 'info']).meta({ id: 'LintSeverity' });
export type LintSeverity = z.output<typeof lintSeverity>;

export const lintRuleRow = z
  .object({
    /** Findings have the code `lint/<id>`. */
    id: z.string(),
    name: z.string(),
    description: z.string(),
    /** It comes with Ampora: only its severity, and whether it is enabled, can change. */
    builtIn: z.boolean(),
    /** What must hold of every configuration; null for a built-in rule. */
    expression: z.string().nullable(),
    severity: lintSeverity,
    /** What it is unless the tenant wants it otherwise. */
    defaultSeverity: lintSeverity,
    enabled: z.boolean(),
    /** For If-Match; 0 for a built-in rule that nobody touched. */
    revision: z.int(),
    updatedAt: timestamp.nullable(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: 'LintRuleRow' });
export type LintRuleRow = z.output<typeof lintRuleRow>;

export const listLintRulesQuery = z.object(readQuery);
export const lintRuleList = z
  .object({ items: z.array(lintRuleRow), next: z.null() })
  .meta({ id: 'LintRuleList' });

const id = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'Expected small letters, digits and dashes, beginning with a letter.');
const name = z.string().trim().min(1).max(120);
const description = z.string().max(2000);
const expression = z.string().max(10_000);

export const lintRuleId = z.object({ id });
export const defineLintRuleBody = z.object({
  id: id.optional().meta({ description: 'Default: made of the name.' }),
  name,
  description: description.default(''),
  expression,
  severity: lintSeverity.default('warning'),
  enabled: z.boolean().default(true),
});
export const changeLintRuleBody = z.object({
  name: name.optional(),
  description: description.optional(),
  expression: expression.optional(),
  severity: lintSeverity.optional(),
  enabled: z.boolean().optional(),
});
export const lintRuleWritten = written.extend({ id: z.string(), revision: z.int() });
