import type { Finding } from '@ampora/api-contract';
import type { ConfigurationCheck } from '@ampora/application';
import { checkConfigText } from '@ampora/collector-config';

/** What our own reading of a text finds, in the API's shape. */
export function findingsOf(text: string): { valid: boolean; findings: Finding[] } {
  const { findings, isPublishable } = checkConfigText(text);
  return {
    valid: isPublishable,
    findings: findings.map(({ severity, code, message, path, line, column }) => ({
      severity,
      code,
      message,
      path,
      line,
      column,
    })),
  };
}

/** The same check as publishing runs it. */
export function checkForPublishing(text: string): ConfigurationCheck {
  const { valid, findings } = findingsOf(text);
  return { blocking: !valid, findings: findings.map((finding) => ({ ...finding })) };
}
