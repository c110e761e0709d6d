import type { Finding } from '@ampora/api-contract';
import type { ConfigurationCheck } from '@ampora/application';
import { checkConfigText } from '@ampora/collector-config';
import type { JsonObject } from '@ampora/kernel';

import { semanticHashOf } from './semantic-hash.ts';

/** What our own reading of a text finds, in the API's shape. */
export function findingsOf(text: string): { valid: boolean; findings: Finding[]; components: null } {
  const { findings, isPublishable } = checkConfigText(text);
  return { valid: isPublishable, findings: [...findings], components: null };
}

/** The same check as publishing runs it. */
export function checkForPublishing(text: string): ConfigurationCheck {
  const { valid, findings } = findingsOf(text);
  return { blocking: !valid, findings: findings.map(toJson), semanticHash: semanticHashOf(text) };
}

function toJson({ suggestion, ...finding }: Finding): JsonObject {
  return suggestion === undefined ? finding : { ...finding, suggestion };
}

/** Findings as a check gives them to the application, and as the API shows them. */
export function toFindings(findings: ConfigurationCheck['findings']): Finding[] {
  return findings as unknown as Finding[];
}
