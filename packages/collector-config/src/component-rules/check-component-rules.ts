import { componentSections, parseComponentId } from '../component-id.ts';
import { isConfigMap, memberOf } from '../config-value.ts';
import type { Finding } from '../finding.ts';
import { createFinding } from '../finding.ts';
import type { ConfigDocument } from '../parse-config.ts';
import type { ComponentRemark, ComponentRule } from './component-rule.ts';
import { exporterRules } from './exporter-rules.ts';
import { ottlRules } from './ottl-rules.ts';
import { otherRules } from './other-rules.ts';
import { processorRules } from './processor-rules.ts';
import { prometheusRules } from './prometheus-rules.ts';
import { receiverRules } from './receiver-rules.ts';
import { Settings } from './settings.ts';
import { checkOwnTelemetry } from './telemetry-rules.ts';
import { tlsRules } from './tls-rules.ts';

const rules: readonly ComponentRule[] = [
  ...receiverRules,
  ...prometheusRules,
  ...processorRules,
  ...exporterRules,
  ...tlsRules,
  ...otherRules,
  ...ottlRules,
];

const maxFindings = 500;

/**
 * What components say of their own settings when they are made, beyond the names and types of fields. Their rules are
 * known for the commonest types; others are left to the Collector.
 */
export function checkComponentRules(document: ConfigDocument): readonly Finding[] {
  const findings: Finding[] = [];
  const { root } = document;
  const add = ({ kind, ...remark }: ComponentRemark): void => {
    if (findings.length < maxFindings)
      findings.push(createFinding(document, { ...remark, layer: 'schema', code: `settings/${kind}` }));
  };
  for (const section of componentSections) {
    const components = memberOf(root, section);
    if (!isConfigMap(components)) continue;
    for (const id of Object.keys(components)) {
      const type = parseComponentId(id)?.type;
      const value = memberOf(components, id) ?? null;
      const settings = new Settings(value, [section, id]);
      if (type === undefined || settings.isHidden || (value !== null && !isConfigMap(value))) continue;
      for (const rule of rules) {
        if (rule.section !== section || (rule.types.length > 0 && !rule.types.includes(type))) continue;
        for (const remark of rule.check(settings, root)) if (remark !== undefined) add(remark);
      }
    }
  }
  for (const remark of checkOwnTelemetry(root)) add(remark);
  return findings;
}
