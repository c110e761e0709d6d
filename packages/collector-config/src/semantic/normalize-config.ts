import type { ConfigPath } from '../config-path.ts';
import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, memberOf, setMember } from '../config-value.ts';
import { componentSections, parseComponentId } from '../component-id.ts';
import { readDuration } from '../read-quantity.ts';

/** What a list under `service` holds: an order that matters, or a set. Undefined for every other value. */
export type UseOrder = 'ordered' | 'set';

const pipelineLists: Readonly<Record<string, UseOrder>> = {
  receivers: 'set',
  processors: 'ordered',
  exporters: 'set',
};

/** How the list at this path is to be read, when it is one of the lists of component ids under `service`. */
export function useOrderAt(path: ConfigPath): UseOrder | undefined {
  if (path[0] !== 'service') return undefined;
  if (path.length === 2) return path[1] === 'extensions' ? 'set' : undefined;
  return path.length === 4 && path[1] === 'pipelines' ? pipelineLists[String(path[3])] : undefined;
}

/** True where the keys of the mapping at this path are component ids. */
export function isSectionPath(path: ConfigPath): boolean {
  return path.length === 1 && (componentSections as readonly unknown[]).includes(path[0]);
}

const durationKey =
  /(^|_)(timeout|interval|delay|duration|period|age|grace|ttl|wait|window|lifetime|backoff|expiration|expiry|deadline|idle|time|staleness|jitter)$/;
const namesOfFixedLists = new Set(['verbosity', 'sampling_mode', 'compression', 'temporality']);
// What stands under these keys are the user's own names and texts: `1m` and `60s` are different labels.
const holdsUserTexts =
  /^(headers|labels|attributes|resource|resource_attributes|env|metadata|params|tags|value)$|_(headers|labels|attributes|tags)$/;

/**
 * One scalar in its canonical form. Text and number stay apart (`"1"` is no `1`: as the value of an attribute they
 * differ); durations are made equal where the key says that it is one; names of fixed lists lose their case. When in
 * doubt two values count as different: a difference that is none costs a look, an equality that is none costs an outage.
 */
export function normalizeScalar(value: string | number | boolean | null, path: ConfigPath): ConfigValue {
  if (typeof value === 'number') return Object.is(value, -0) ? 0 : value;
  if (typeof value !== 'string') return value;
  const key = path.at(-1);
  if (typeof key !== 'string' || path.some((one) => typeof one === 'string' && holdsUserTexts.test(one)))
    return value;
  const duration = durationKey.test(key) ? readDuration(value) : undefined;
  if (duration !== undefined) return `${duration}ns`;
  const isName =
    namesOfFixedLists.has(key) || (key === 'level' && path[0] === 'service' && path[1] === 'telemetry');
  return isName ? value.toLowerCase() : value;
}

/** `type/name` without the spaces that a Collector trims. A text that is no id stays as it is. */
export function normalizeId(text: string): string {
  const id = parseComponentId(text);
  if (id === undefined) return text;
  return id.name === '' ? id.type : `${id.type}/${id.name}`;
}

/** The ids of a list under `service` in canonical order, or undefined when it holds anything but texts. */
export function normalizeUses(list: readonly ConfigValue[], order: UseOrder): readonly string[] | undefined {
  if (!list.every((one) => typeof one === 'string')) return undefined;
  const ids = list.map(normalizeId);
  return order === 'ordered' ? ids : [...new Set(ids)].sort(byCodeUnit);
}

/**
 * The component model in one canonical form: what two texts must share to mean the same to a Collector. Keys are
 * sorted, aliases and merge keys are already followed by the parser, an empty mapping is nothing. Components that no
 * pipeline uses stay in: a Collector reads and validates every one, and refuses to start over any of them.
 */
export function normalizeConfig(root: ConfigMap): ConfigMap {
  return normalizeMap(root, []);
}

/** The same for the value at a path. */
export function normalizeValue(value: ConfigValue, path: ConfigPath): ConfigValue {
  if (isConfigMap(value)) {
    const map = normalizeMap(value, path);
    return Object.keys(map).length === 0 ? null : map;
  }
  if (!isConfigList(value)) return normalizeScalar(value, path);
  const order = useOrderAt(path);
  if (order === undefined) return value.map((one, index) => normalizeValue(one, [...path, index]));
  // A list of uses that is empty, and one that is not there, are the same to a Collector.
  if (value.length === 0) return null;
  return normalizeUses(value, order) ?? value.map((one, index) => normalizeValue(one, [...path, index]));
}

function normalizeMap(map: ConfigMap, path: ConfigPath): ConfigMap {
  const normal: Record<string, ConfigValue> = {};
  for (const [name, key] of canonicalKeys(map, path)) {
    const at = [...path, name];
    const value = normalizeValue(memberOf(map, key) ?? null, at);
    if (value === null && useOrderAt(at) !== undefined) continue;
    setMember(normal, name, value);
  }
  return normal;
}

/** Canonical names and the keys as written, in canonical order. A name that two keys share stays as written. */
export function canonicalKeys(map: ConfigMap, path: ConfigPath): readonly (readonly [string, string])[] {
  const keys = Object.keys(map);
  const names = isSectionPath(path) ? keys.map(normalizeId) : keys;
  const isShared = new Set(names).size < names.length;
  return keys
    .map((key, index) => [isShared ? key : (names[index] ?? key), key] as const)
    .sort(([left], [right]) => byCodeUnit(left, right));
}

export function byCodeUnit(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
