import type { LintRulesReader } from '@ampora/application';
import type { LintRuleSetting } from '@ampora/collector-config';

/** How a tenant wants its configurations linted, for `lintConfig`: the newest word on every rule. */
export async function lintSettingsOf(
  rules: LintRulesReader,
  tenant: string,
): Promise<readonly LintRuleSetting[]> {
  const stored = await rules.read(tenant);
  return [...stored.values()].map(({ ruleId: id, enabled, severity, own }) => ({
    id,
    enabled,
    severity,
    ...own,
  }));
}
