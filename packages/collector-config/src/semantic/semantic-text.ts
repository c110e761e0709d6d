import type { ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap } from '../config-value.ts';
import type { ConfigDocument } from '../parse-config.ts';
import { normalizeConfig } from './normalize-config.ts';

/** First line of every semantic text: a later change of the rules changes it, and with it every hash. */
export const semanticRules = 'ampora-semantic/1';

/**
 * A configuration as canonical text: equal for two configurations that mean the same (whatever their comments, layout,
 * anchors, key order, order of receivers, exporters and extensions), different for any other two. The semantic hash is
 * the SHA-256 of its UTF-8 bytes. Linear in what the configuration expands to.
 */
export function semanticText(document: Pick<ConfigDocument, 'root'>): string {
  const parts: string[] = [semanticRules, '\n'];
  write(normalizeConfig(document.root), parts);
  return parts.join('');
}

/** Canonical text of one value that is normalised already. Keys are written sorted, integer-like ones too. */
export function toCanonicalText(value: ConfigValue): string {
  const parts: string[] = [];
  write(value, parts);
  return parts.join('');
}

function write(value: ConfigValue, parts: string[]): void {
  if (isConfigMap(value)) {
    parts.push('{');
    for (const [index, key] of Object.keys(value).sort().entries()) {
      parts.push(index === 0 ? '' : ',', JSON.stringify(key), ':');
      write(value[key] ?? null, parts);
    }
    parts.push('}');
    return;
  }
  if (!isConfigList(value)) {
    parts.push(JSON.stringify(value));
    return;
  }
  parts.push('[');
  for (const [index, one] of value.entries()) {
    if (index > 0) parts.push(',');
    write(one, parts);
  }
  parts.push(']');
}
