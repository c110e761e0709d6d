import type { Finding, FindingSeverity } from '../finding.ts';
import { createFinding } from '../finding.ts';
import type { ConfigDocument } from '../parse-config.ts';
import { insecureTls } from './insecure-tls.ts';
import type { BuiltInLintRule } from './lint-rule.ts';
import { openListener } from './open-listener.ts';
import { batchPlacement, debugOnlyExporter, pipelineWithoutExporters } from './pipeline-rules.ts';

export const builtInLintRules: readonly BuiltInLintRule[] = [
  insecureTls,
  pipelineWithoutExporters,
  openListener,
  debugOnlyExporter,
  batchPlacement,
];

/** How a tenant wants a built-in rule to be taken. */
export interface BuiltInLintSetting {
  readonly id: string;
  readonly severity: FindingSeverity;
  readonly enabled: boolean;
}

/** What the built-in rules find. A rule without a setting has its own severity. */
export function checkBuiltInRules(
  document: ConfigDocument,
  settings: readonly BuiltInLintSetting[] = [],
): readonly Finding[] {
  return builtInLintRules.flatMap((rule) => {
    const setting = settings.find(({ id }) => id === rule.id);
    if (setting?.enabled === false) return [];
    const wanted = setting?.severity ?? rule.defaultSeverity;
    return rule.check(document).map(({ atMost, ...remark }) =>
      createFinding(document, {
        ...remark,
        code: `lint/${rule.id}`,
        layer: 'lint',
        severity: atMost === undefined ? wanted : milder(wanted, atMost),
      }),
    );
  });
}

const weight = { error: 2, warning: 1, info: 0 } as const;

function milder(left: FindingSeverity, right: FindingSeverity): FindingSeverity {
  return weight[left] <= weight[right] ? left : right;
}
