import type { ConfigPath, ConfigValue } from '@ampora/collector-config';
import { isConfigList, memberOf } from '@ampora/collector-config';

import type { SettingsNode } from './settings-node.ts';

const none: ReadonlyMap<string, SettingsNode> = new Map();

/** The fields of a place, those that the word in `value` brings in included. */
export function fieldsOf(
  node: SettingsNode,
  value: ConfigValue | undefined,
): ReadonlyMap<string, SettingsNode> {
  const variant = variantOf(node, value);
  if (variant?.fields === undefined) return node.fields ?? none;
  return new Map([...(node.fields ?? none), ...variant.fields]);
}

/** The variant that the word under the discriminator chooses; undefined while no known word stands there. */
export function variantOf(node: SettingsNode, value: ConfigValue | undefined): SettingsNode | undefined {
  if (node.variants === undefined) return undefined;
  const word = memberOf(value, node.variants.discriminator);
  return typeof word === 'string' ? node.variants.by.get(word) : undefined;
}

/**
 * The node one step below. `value` is what stands at `node`, where a text is at hand: it decides between variants.
 * Undefined where nothing is known.
 */
export function stepBelow(
  node: SettingsNode,
  step: string | number,
  value: ConfigValue | undefined,
): SettingsNode | undefined {
  if (typeof step === 'number') return node.type === 'list' ? node.element : undefined;
  if (node.type === 'map') return node.element;
  return fieldsOf(node, value).get(step);
}

/** The node at a path below a component's settings (or any other node), undefined where nothing is known. */
export function fieldAt(node: SettingsNode, path: ConfigPath, value?: ConfigValue): SettingsNode | undefined {
  let at: SettingsNode | undefined = node;
  let standing: ConfigValue | undefined = value;
  for (const step of path) {
    at = stepBelow(at, step, standing);
    if (at === undefined) return undefined;
    standing = valueBelow(standing, step);
  }
  return at;
}

export function valueBelow(value: ConfigValue | undefined, step: string | number): ConfigValue | undefined {
  if (typeof step === 'number') return isConfigList(value) ? value[step] : undefined;
  return memberOf(value, step);
}
