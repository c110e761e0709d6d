import { createHash } from 'node:crypto';

import { parseConfig, semanticText } from '@ampora/collector-config';

/** SHA-256 of what a text means, as hex; undefined when it is no configuration. */
export function semanticHashOf(text: string): string | undefined {
  const parsed = parseConfig(text);
  if (!parsed.ok) return undefined;
  return createHash('sha256').update(semanticText(parsed.document), 'utf8').digest('hex');
}
