import type { ConfigPath } from '../config-path.ts';
import type { ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap } from '../config-value.ts';
import type { Finding } from '../finding.ts';
import { createFinding } from '../finding.ts';
import type { ConfigDocument } from '../parse-config.ts';

const mark = '[REDACTED]';
const mostFindings = 100;

/**
 * Values that a Collector hid when it reported what it runs: whoever publishes them makes agents log in with the word
 * itself. Written without quotes the mark is a list of one word, and found too.
 */
export function findRedacted(document: ConfigDocument): readonly Finding[] {
  const findings: Finding[] = [];
  const visit = (value: ConfigValue, path: ConfigPath): void => {
    if (findings.length >= mostFindings) return;
    if (isHidden(value)) {
      findings.push(
        createFinding(document, {
          code: 'value/redacted',
          layer: 'semantic',
          severity: 'warning',
          path,
          at: 'value',
          message: `A Collector hid the value here (${mark}). Write the value, or better a reference such as \${env:NAME}, before this is published.`,
        }),
      );
      return;
    }
    if (isConfigMap(value)) for (const [key, one] of Object.entries(value)) visit(one, [...path, key]);
    else if (isConfigList(value)) value.forEach((one, index) => visit(one, [...path, index]));
  };
  visit(document.root, []);
  return findings;
}

function isHidden(value: ConfigValue): boolean {
  if (typeof value === 'string') return value.includes(mark);
  return isConfigList(value) && value.length === 1 && value[0] === 'REDACTED';
}
