import type { LintEvent } from '@ampora/catalogue';
import { fold, isRejection } from '@ampora/kernel';
import { expect } from 'chai';
import { lintRulesDecider, type LintRulesCommand } from './lint-rules.ts';

const shipped = [{ ruleId: 'tls-insecure', severity: 'error' }] as const;
const builtIn = ['tls-insecure'];
const rule = {
  ruleId: 'few-exporters',
  name: 'Few exporters',
  description: '',
  expression: 'len(config.exporters) < 5',
  severity: 'warning',
  enabled: true,
} as const;
const defined: LintEvent = { type: 'LintRuleDefined', data: rule };

const decide = (command: LintRulesCommand, ...events: LintEvent[]) =>
  lintRulesDecider.decide(command, fold(lintRulesDecider, events));

function refusal(command: LintRulesCommand, ...events: LintEvent[]): string {
  try {
    decide(command, ...events);
  } catch (error) {
    if (isRejection(error)) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('the lint rules of a tenant', () => {
  it('are defined, under an id that is free', () => {
    const command = { type: 'define-lint-rule', builtIn, ...rule } as const;
    expect(decide(command)).to.deep.equal([defined]);
    expect(refusal(command, defined)).to.equal('lint-rule/already-exists');
    expect(refusal({ ...command, ruleId: 'tls-insecure' })).to.equal('lint-rule/already-exists');
  });

  it('change in what is given, by whoever saw the newest revision', () => {
    const change = { type: 'change-lint-rule', ruleId: rule.ruleId, builtIn: shipped, revision: 1 } as const;
    expect(decide({ ...change, severity: 'error' }, defined)).to.deep.equal([
      { type: 'LintRuleChanged', data: { ...rule, severity: 'error' } },
    ]);
    expect(decide({ ...change, enabled: true, name: rule.name }, defined)).to.deep.equal([]);
    expect(refusal({ ...change, revision: 2, enabled: false }, defined)).to.equal('lint-rule/stale-revision');
    expect(refusal(change)).to.equal('lint-rule/not-found');
  });

  it('are taken more or less seriously where they come with Ampora, and not changed otherwise', () => {
    const change = {
      type: 'change-lint-rule',
      ruleId: 'tls-insecure',
      builtIn: shipped,
      revision: 0,
    } as const;
    const off: LintEvent = {
      type: 'LintRuleSettingChanged',
      data: { ruleId: 'tls-insecure', severity: 'error', enabled: false },
    };
    expect(decide({ ...change, enabled: false })).to.deep.equal([off]);
    expect(decide({ ...change, severity: 'error' })).to.deep.equal([]);
    expect(decide({ ...change, revision: 1, severity: 'info' }, off)).to.deep.equal([
      { ...off, data: { ...off.data, severity: 'info' } },
    ]);
    expect(refusal({ ...change, expression: 'true' })).to.equal('lint-rule/built-in');
    expect(refusal({ type: 'remove-lint-rule', ruleId: 'tls-insecure', builtIn })).to.equal(
      'lint-rule/built-in',
    );
  });

  it('are removed, and can be defined anew', () => {
    const remove = { type: 'remove-lint-rule', ruleId: rule.ruleId, builtIn } as const;
    const removed: LintEvent = { type: 'LintRuleRemoved', data: { ruleId: rule.ruleId } };
    expect(decide(remove, defined)).to.deep.equal([removed]);
    expect(refusal(remove, defined, removed)).to.equal('lint-rule/not-found');
    expect(decide({ type: 'define-lint-rule', builtIn, ...rule }, defined, removed)).to.deep.equal([defined]);
  });

  it('are no more than 200', () => {
    const many = Array.from({ length: 200 }, (_, index): LintEvent => ({
      type: 'LintRuleDefined',
      data: { ...rule, ruleId: `rule-${index}` },
    }));
    expect(refusal({ type: 'define-lint-rule', builtIn, ...rule }, ...many)).to.equal('lint-rule/too-many');
  });
});
