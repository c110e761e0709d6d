import type { LintEvent } from '@ampora/catalogue';
import { assertNever, type Decider, Rejection } from '@ampora/kernel';

export type LintSeverity = 'error' | 'warning' | 'info';

/** How a rule is to be taken; of a tenant's own rule also what it says. */
export interface KnownLintRule {
  readonly ruleId: string;
  readonly severity: LintSeverity;
  readonly enabled: boolean;
  /** Null for a rule that comes with Ampora. */
  readonly own: { readonly name: string; readonly description: string; readonly expression: string } | null;
  /** How often it was changed, from 1. A rule that comes with Ampora and was never touched has 0, and is not here. */
  readonly revision: number;
}

export interface LintRulesState {
  readonly rules: ReadonlyMap<string, KnownLintRule>;
}

export interface LintRuleText {
  readonly name: string;
  readonly description: string;
  readonly expression: string;
  readonly severity: LintSeverity;
  readonly enabled: boolean;
}

/** What is to change; what is absent stays. */
export type LintRuleChanges = { readonly [Field in keyof LintRuleText]?: LintRuleText[Field] | undefined };

export type LintRulesCommand =
  /** `builtIn`: ids that are taken by rules that come with Ampora. */
  | (LintRuleText & {
      readonly type: 'define-lint-rule';
      readonly ruleId: string;
      readonly builtIn: readonly string[];
    })
  | (LintRuleChanges & {
      readonly type: 'change-lint-rule';
      readonly ruleId: string;
      readonly builtIn: readonly BuiltInLintRule[];
      readonly revision: number;
    })
  | {
      readonly type: 'remove-lint-rule';
      readonly ruleId: string;
      readonly builtIn: readonly string[];
    };

export interface BuiltInLintRule {
  readonly ruleId: string;
  readonly severity: LintSeverity;
}

export type LintRuleRejectionCode =
  | 'lint-rule/already-exists'
  | 'lint-rule/not-found'
  | 'lint-rule/built-in'
  | 'lint-rule/too-many'
  | 'lint-rule/stale-revision';

export const mostLintRules = 200;

export const lintRulesDecider: Decider<LintRulesState, LintRulesCommand, LintEvent> = {
  initial: { rules: new Map() },
  decide(command, { rules }) {
    switch (command.type) {
      case 'define-lint-rule': {
        const { type: _type, builtIn, ...rule } = command;
        requireFree(rule.ruleId, builtIn, rules);
        return [{ type: 'LintRuleDefined', data: rule }];
      }
      case 'change-lint-rule':
        return changeRule(command, rules);
      case 'remove-lint-rule': {
        const { ruleId } = command;
        if (command.builtIn.includes(ruleId))
          throw refuse(
            'lint-rule/built-in',
            `${ruleId} comes with Ampora and cannot be removed. Disable it instead.`,
            ruleId,
          );
        if (!rules.has(ruleId)) throw notFound(ruleId);
        return [{ type: 'LintRuleRemoved', data: { ruleId } }];
      }
      default:
        return assertNever(command);
    }
  },
  evolve: evolveLintRules,
};

function requireFree(ruleId: string, builtIn: readonly string[], rules: LintRulesState['rules']): void {
  if (builtIn.includes(ruleId) || rules.has(ruleId))
    throw refuse(
      'lint-rule/already-exists',
      `There is a lint rule ${ruleId} already. Give the new one another id.`,
      ruleId,
    );
  if ([...rules.values()].filter(({ own }) => own !== null).length >= mostLintRules)
    throw refuse(
      'lint-rule/too-many',
      `There are ${mostLintRules} lint rules already. Remove one first.`,
      ruleId,
    );
}

function changeRule(
  {
    type: _type,
    ruleId,
    builtIn,
    revision,
    ...changes
  }: LintRulesCommand & { readonly type: 'change-lint-rule' },
  rules: LintRulesState['rules'],
): LintEvent[] {
  const known = rules.get(ruleId);
  const shipped = builtIn.find((rule) => rule.ruleId === ruleId);
  if (!known && !shipped) throw notFound(ruleId);
  const current = known?.revision ?? 0;
  if (revision !== current)
    throw new Rejection<LintRuleRejectionCode>(
      'lint-rule/stale-revision',
      `${ruleId} was changed meanwhile: you saw revision ${revision}, it is ${current} now. Look again, then save.`,
      { ruleId, yourRevision: revision, currentRevision: current },
    );
  const judgement = {
    severity: changes.severity ?? known?.severity ?? shipped?.severity ?? 'warning',
    enabled: changes.enabled ?? known?.enabled ?? true,
  };
  if (!known?.own)
    return changeSetting(
      { ruleId, ...judgement },
      changes,
      known ?? { severity: shipped?.severity, enabled: true },
    );
  const {
    name = known.own.name,
    description = known.own.description,
    expression = known.own.expression,
  } = changes;
  const isSame =
    name === known.own.name &&
    description === known.own.description &&
    expression === known.own.expression &&
    judgement.severity === known.severity &&
    judgement.enabled === known.enabled;
  return isSame
    ? []
    : [{ type: 'LintRuleChanged', data: { ruleId, name, description, expression, ...judgement } }];
}

function changeSetting(
  data: { readonly ruleId: string; readonly severity: LintSeverity; readonly enabled: boolean },
  { name, description, expression }: LintRuleChanges,
  before: { readonly severity: LintSeverity | undefined; readonly enabled: boolean },
): LintEvent[] {
  if (name !== undefined || description !== undefined || expression !== undefined)
    throw refuse(
      'lint-rule/built-in',
      `${data.ruleId} comes with Ampora: only its severity, and whether it is enabled, can change.`,
      data.ruleId,
    );
  if (data.severity === before.severity && data.enabled === before.enabled) return [];
  return [{ type: 'LintRuleSettingChanged', data }];
}

function evolveLintRules({ rules }: LintRulesState, event: LintEvent): LintRulesState {
  const next = new Map(rules);
  const { ruleId } = event.data;
  if (event.type === 'LintRuleRemoved') {
    next.delete(ruleId);
    return { rules: next };
  }
  const { severity, enabled } = event.data;
  const own =
    event.type === 'LintRuleSettingChanged'
      ? null
      : { name: event.data.name, description: event.data.description, expression: event.data.expression };
  next.set(ruleId, { ruleId, severity, enabled, own, revision: (rules.get(ruleId)?.revision ?? 0) + 1 });
  return { rules: next };
}

function notFound(ruleId: string): Rejection {
  return refuse('lint-rule/not-found', `There is no lint rule ${ruleId}.`, ruleId);
}

function refuse(
  code: LintRuleRejectionCode,
  message: string,
  ruleId: string,
): Rejection<LintRuleRejectionCode> {
  return new Rejection<LintRuleRejectionCode>(code, message, { ruleId });
}
