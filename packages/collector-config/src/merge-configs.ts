import type { ConfigMap, ConfigValue } from './config-value.ts';
import { isConfigList, isConfigMap, setMember } from './config-value.ts';

/**
 * Merges configurations as a Collector does with several files: later wins, mappings are merged key by key, lists are
 * replaced, and `service.extensions` alone is concatenated (each id once).
 */
export function mergeConfigs(configs: readonly ConfigMap[]): ConfigMap {
  return configs.reduce<ConfigMap>((merged, next) => mergeMaps(merged, next, []), {});
}

function mergeMaps(earlier: ConfigMap, later: ConfigMap, path: readonly string[]): ConfigMap {
  const merged: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(earlier)) setMember(merged, key, value);
  for (const [key, value] of Object.entries(later)) {
    const before = Object.hasOwn(earlier, key) ? earlier[key] : undefined;
    setMember(merged, key, before === undefined ? value : mergeValues(before, value, [...path, key]));
  }
  return merged;
}

function mergeValues(before: ConfigValue, value: ConfigValue, path: readonly string[]): ConfigValue {
  if (isConfigMap(before) && isConfigMap(value)) return mergeMaps(before, value, path);
  const isExtensions = path.length === 2 && path[0] === 'service' && path[1] === 'extensions';
  if (isExtensions && isConfigList(before) && isConfigList(value)) return [...new Set([...before, ...value])];
  return value;
}
