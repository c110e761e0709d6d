import { z } from 'zod';
import { defineEvent, type EventOf } from '../define-event.ts';

/** What findings are called after: `lint/<ruleId>`. */
const ruleId = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/);
const judgement = {
  severity: z.enum(['error', 'warning', 'info']),
  /** A disabled rule finds nothing. */
  enabled: z.boolean(),
};
const rule = {
  ruleId,
  name: z.string(),
  description: z.string(),
  /** What must hold of every configuration. */
  expression: z.string(),
  ...judgement,
};

export const lintRuleDefined = defineEvent({
  type: 'LintRuleDefined',
  version: 1,
  summary: 'A tenant made a lint rule of its own',
  schema: z.object(rule),
});

export const lintRuleChanged = defineEvent({
  type: 'LintRuleChanged',
  version: 1,
  summary: "A tenant's own lint rule was changed",
  schema: z.object(rule),
});

export const lintRuleSettingChanged = defineEvent({
  type: 'LintRuleSettingChanged',
  version: 1,
  summary: 'A lint rule that comes with Ampora is to be taken more or less seriously, or not at all',
  schema: z.object({ ruleId, ...judgement }),
});

export const lintRuleRemoved = defineEvent({
  type: 'LintRuleRemoved',
  version: 1,
  summary: "A tenant's own lint rule was removed",
  schema: z.object({ ruleId }),
});

export const lintEvents = [
  lintRuleDefined,
  lintRuleChanged,
  lintRuleSettingChanged,
  lintRuleRemoved,
] as const;

export type LintEvent = EventOf<(typeof lintEvents)[number]>;
