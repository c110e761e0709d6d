import type { ConfigPath, ConfigValue, FindingDraft } from '@ampora/collector-config';
import { isConfigList, isConfigMap, isReference, memberOf, nearestName } from '@ampora/collector-config';

import type { SettingsNode } from './settings-node.ts';
import { fieldsOf, variantOf } from './settings-below.ts';
import { accepts, describeType, describeValue } from './shape-of-value.ts';

export interface SettingsCheck {
  /** As a message names it: `the otlp receiver`. */
  readonly subject: string;
  /** False when they were written by hand or are those of another release: they may lack some, so nothing is an error. */
  readonly isCertain: boolean;
  readonly add: (finding: FindingDraft) => void;
}

// The parser refuses deeper texts by default; a caller with other limits shall not end in a stack overflow.
const maxDepth = 200;

/** Compares what is written with what can be written there. Costs one look per value; opaque parts are left out whole. */
export function checkSettings(
  node: SettingsNode,
  value: ConfigValue,
  path: ConfigPath,
  check: SettingsCheck,
): void {
  // What stands in the place of a reference is known on the agent's host only.
  if (isReference(value) || path.length > maxDepth) return;
  if (!accepts(node, value)) {
    check.add(wrongType(node, value, path, check));
    return;
  }
  if (isConfigList(value)) {
    const { element } = node;
    // A map that can be written as a list too is looked into as a map only.
    if (element !== undefined && node.type === 'list')
      value.forEach((item, index) => {
        checkSettings(element, item, [...path, index], check);
      });
    return;
  }
  if (isConfigMap(value)) checkMapping(node, value, path, check);
}

function checkMapping(
  node: SettingsNode,
  value: Readonly<Record<string, ConfigValue>>,
  path: ConfigPath,
  check: SettingsCheck,
): void {
  if (node.type === 'map') {
    const { element } = node;
    if (element !== undefined)
      for (const [key, member] of Object.entries(value))
        checkSettings(element, member, [...path, key], check);
    return;
  }
  if (node.type !== 'struct') return;
  checkWord(node, value, path, check);
  const fields = fieldsOf(node, value);
  const isOpen = variantOf(node, value)?.isOpen ?? node.isOpen;
  for (const [key, member] of Object.entries(value)) {
    const field = fields.get(key);
    if (field !== undefined) checkSettings(field, member, [...path, key], check);
    else if (node.isOpen && node.element !== undefined)
      checkSettings(node.element, member, [...path, key], check);
    // The Collector takes a key with :: in it for a path of keys.
    else if (!key.includes('::') && key !== node.variants?.discriminator)
      checkUnknown(key, { fields, isOpen, value }, path, check);
  }
}

/** The word that says which variant a mapping is. */
function checkWord(
  { variants }: SettingsNode,
  value: Readonly<Record<string, ConfigValue>>,
  path: ConfigPath,
  check: SettingsCheck,
): void {
  if (variants === undefined) return;
  const word = memberOf(value, variants.discriminator);
  if (word === undefined) {
    check.add({
      layer: 'schema',
      code: 'schema/missing-field',
      path,
      message: `${capital(check.subject)} needs ${variants.discriminator} here: it says what this is.`,
      severity: check.isCertain ? 'error' : 'warning',
    });
    return;
  }
  if (isReference(word)) return;
  if (typeof word === 'string' && variants.by.has(word)) return;
  const near = typeof word === 'string' ? nearestName(word, variants.by.keys()) : undefined;
  const hint = near === undefined ? listNames([...variants.by.keys()]) : `Did you mean "${near}"?`;
  check.add({
    layer: 'schema',
    code: 'schema/unknown-variant',
    path: [...path, variants.discriminator],
    at: 'value',
    message: `${capital(check.subject)} knows no such ${variants.discriminator} here; ${describeValue(word)} stands here. ${hint}`,
    severity: check.isCertain ? 'error' : 'warning',
    suggestion: near,
  });
}

interface Mapping {
  readonly fields: ReadonlyMap<string, SettingsNode>;
  readonly isOpen: boolean;
  readonly value: Readonly<Record<string, ConfigValue>>;
}

function checkUnknown(
  key: string,
  { fields, isOpen, value }: Mapping,
  path: ConfigPath,
  check: SettingsCheck,
): void {
  const near = nearestName(
    key,
    [...fields.keys()].filter((name) => !Object.hasOwn(value, name)),
  );
  if ((isOpen || !check.isCertain) && near === undefined) return;
  const hint = near === undefined ? listNames([...fields.keys()]) : `Did you mean "${near}"?`;
  const message = isOpen
    ? `"${cut(key)}" is taken and changes nothing that is known of ${check.subject}. ${hint}`
    : `"${cut(key)}" is no setting that ${check.subject} knows here. ${hint}`;
  check.add({
    layer: 'schema',
    code: 'schema/unknown-field',
    path: [...path, key],
    message,
    severity: isOpen || !check.isCertain ? 'info' : 'error',
    suggestion: near,
  });
}

function wrongType(
  node: SettingsNode,
  value: ConfigValue,
  path: ConfigPath,
  check: SettingsCheck,
): FindingDraft {
  const near = typeof value === 'string' && node.enum ? nearestName(value, node.enum) : undefined;
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return {
    layer: 'schema',
    code: 'schema/wrong-type',
    path,
    at: value === null || isConfigMap(value) || isConfigList(value) ? 'key' : 'value',
    message: `${capital(check.subject)} wants ${describeType(node)} here; ${describeValue(value)} stands here.${hint}`,
    severity: check.isCertain ? 'error' : 'warning',
    suggestion: near ?? rewritten(node, value),
  };
}

/** The same meaning as that type, where only the quotes are wrong. */
function rewritten(node: SettingsNode, value: ConfigValue): string | undefined {
  const takes = (shape: string): boolean => node.accepts?.includes(shape) ?? false;
  if (typeof value === 'string') {
    const isNumber = /^[-+]?\d+$/.test(value) && takes('i');
    const isTruth = (value === 'true' || value === 'false') && takes('b');
    return isNumber || isTruth ? value : undefined;
  }
  if ((typeof value === 'number' || typeof value === 'boolean') && takes('s'))
    return JSON.stringify(String(value));
  return undefined;
}

const maxListed = 12;

function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'It takes none.';
  const shown = names.slice(0, maxListed).join(', ');
  const rest = names.length > maxListed ? ` and ${String(names.length - maxListed)} more` : '';
  return `Known are ${shown}${rest}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function cut(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}
