import { checkExpression, defaultLimits, evaluate, type Expression, explainFalse } from '@ampora/expression';
import { isReference } from '../config-value.ts';
import type { Finding, FindingSeverity } from '../finding.ts';
import { createFinding } from '../finding.ts';
import type { ConfigDocument } from '../parse-config.ts';
import { builtInLintRules, checkBuiltInRules } from './check-built-in-rules.ts';
import { createLintContext, type LintContext } from './lint-context.ts';

/** How a tenant wants a rule to be taken: one that comes with Ampora, or one of its own, which has an expression. */
export interface LintRuleSetting {
  readonly id: string;
  readonly enabled: boolean;
  readonly severity: FindingSeverity;
  /** What must hold of every configuration. Only of a tenant's own rule. */
  readonly expression?: string;
  /** Of a tenant's own rule; its id otherwise. */
  readonly name?: string;
  /** Why, in the words of whoever made the rule: told with each finding. */
  readonly description?: string;
}

/**
 * What the built-in rules and a tenant's own ones find, with the severities that the tenant wants. A rule that cannot
 * be judged counts as broken. Never throws; a rule is bounded in steps, and has at most twenty findings.
 */
export function lintConfig(document: ConfigDocument, rules: readonly LintRuleSetting[]): readonly Finding[] {
  const own = rules.filter((rule) => rule.enabled && rule.expression !== undefined && !isBuiltIn(rule.id));
  const builtIn = checkBuiltInRules(
    document,
    rules.filter(({ id }) => isBuiltIn(id)),
  );
  if (own.length === 0) return builtIn;
  const context = createLintContext(document);
  const steps = { left: stepsForAll };
  return [...builtIn, ...own.flatMap((rule) => judge(rule, document, { ...context, steps }))];
}

/** All of a tenant's rules together: what no rule should need alone is not spent two hundred times either. */
const stepsForAll = 1_000_000;

interface Judging extends LintContext {
  readonly steps: { left: number };
}

function isBuiltIn(id: string): boolean {
  return builtInLintRules.some((rule) => rule.id === id);
}

function judge(rule: LintRuleSetting, document: ConfigDocument, lint: Judging): readonly Finding[] {
  const finding = (path: readonly (string | number)[], message: string): Finding =>
    createFinding(document, {
      code: `lint/${rule.id}`,
      layer: 'lint',
      severity: rule.severity,
      path,
      message,
    });
  const { name = rule.id, description = '' } = rule;
  const title = name.replace(/\.$/, '');
  const checked = checkExpression(rule.expression ?? '', 'lint');
  if (!checked.ok)
    return [
      finding(
        [],
        `The rule "${title}" has an error: ${checked.problems[0]?.message ?? ''} Mend or disable it.`,
      ),
    ];
  const ast: Expression = checked.ast;
  const steps = Math.min(lint.steps.left, defaultLimits.steps);
  const evaluation = evaluate(ast, lint.context, { steps });
  lint.steps.left -= evaluation.ok ? evaluation.steps : evaluation.code === 'budget' ? steps : 0;
  if (!evaluation.ok)
    return [finding([], `${title}: it cannot be judged, so it counts as broken. ${evaluation.reason}`)];
  if (evaluation.value === true) return [];
  const why = description === '' ? '' : ` ${description}`;
  const found = new Map<string, Finding>();
  for (const { part, wanted, trail, value } of explainFalse(ast, lint.context)) {
    const hidden =
      typeof value === 'string' && isReference(value)
        ? `, as far as can be seen: ${value.length > 60 ? 'what stands there' : value} is known on the agent's host only`
        : '';
    const shown = part.length > 160 ? `${part.slice(0, 160)}…` : part;
    const one = finding(
      lint.pathOf(trail, value),
      `${title}: ${shown} ${wanted ? 'does not hold' : 'holds, and should not'}${hidden}.${why}`,
    );
    found.set(`${one.line}:${one.column} ${shown}`, one);
  }
  return found.size > 0 ? [...found.values()] : [finding([], `${title}: it does not hold.${why}`)];
}
