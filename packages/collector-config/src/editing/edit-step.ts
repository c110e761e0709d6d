import type { ConfigPath } from '../config-path.ts';
import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, memberOf, setMember } from '../config-value.ts';

/** The few things that an edit is made of. Each is done to the text and, apart from it, to the model. */
export type EditStep =
  | { readonly step: 'set'; readonly path: ConfigPath; readonly value: ConfigValue }
  | {
      readonly step: 'insert-key';
      readonly path: ConfigPath;
      readonly key: string;
      readonly value: ConfigValue;
      readonly before?: readonly string[];
    }
  | { readonly step: 'remove-key'; readonly path: ConfigPath }
  | { readonly step: 'rename-key'; readonly path: ConfigPath; readonly to: string }
  | {
      readonly step: 'insert-item';
      readonly path: ConfigPath;
      readonly index: number;
      readonly value: ConfigValue;
    }
  | { readonly step: 'remove-item'; readonly path: ConfigPath }
  | { readonly step: 'move-item'; readonly path: ConfigPath; readonly from: number; readonly to: number };

export function valueAt(root: ConfigValue, path: ConfigPath): ConfigValue | undefined {
  let value: ConfigValue | undefined = root;
  for (const segment of path)
    value =
      typeof segment === 'number'
        ? isConfigList(value)
          ? value[segment]
          : undefined
        : memberOf(value, segment);
  return value;
}

/** The model after a step, or undefined when the step does not fit it. The model given stays as it is. */
export function applyStep(root: ConfigMap, step: EditStep): ConfigMap | undefined {
  const changed = change(root, step.path.slice(0, depthOf(step)), (target) => transform(target, step));
  return isConfigMap(changed) ? changed : undefined;
}

// Steps that take away or rename work on the parent of what their path names.
function depthOf({ step, path }: EditStep): number {
  return ['set', 'remove-key', 'rename-key', 'remove-item'].includes(step) ? path.length - 1 : path.length;
}

function change(
  value: ConfigValue,
  path: ConfigPath,
  what: (target: ConfigValue) => ConfigValue | undefined,
): ConfigValue | undefined {
  const [segment, ...rest] = path;
  if (segment === undefined) return what(value);
  const child = valueAt(value, [segment]);
  if (child === undefined) return undefined;
  const changed = change(child, rest, what);
  return changed === undefined ? undefined : withMember(value, segment, changed);
}

function withMember(
  value: ConfigValue,
  segment: string | number,
  member: ConfigValue,
): ConfigValue | undefined {
  if (isConfigList(value)) return value.map((one, index) => (index === segment ? member : one));
  return isConfigMap(value)
    ? copyOf(Object.entries(value).map(([key, one]) => [key, key === segment ? member : one]))
    : undefined;
}

function transform(target: ConfigValue, step: EditStep): ConfigValue | undefined {
  const last = step.path.at(-1);
  switch (step.step) {
    case 'set':
      return last !== undefined && valueAt(target, [last]) !== undefined
        ? withMember(target, last, step.value)
        : undefined;
    case 'insert-key':
      if (target !== null && !isConfigMap(target)) return undefined;
      return memberOf(target, step.key) === undefined
        ? copyOf([...Object.entries(target ?? {}), [step.key, step.value]])
        : undefined;
    case 'remove-key':
      return isConfigMap(target) && typeof last === 'string' && Object.hasOwn(target, last)
        ? copyOf(Object.entries(target).filter(([key]) => key !== last))
        : undefined;
    case 'rename-key':
      return isConfigMap(target) &&
        typeof last === 'string' &&
        Object.hasOwn(target, last) &&
        !Object.hasOwn(target, step.to)
        ? copyOf(Object.entries(target).map(([key, one]) => [key === last ? step.to : key, one]))
        : undefined;
    case 'insert-item':
      return isConfigList(target) && isIndex(step.index, target.length + 1)
        ? [...target.slice(0, step.index), step.value, ...target.slice(step.index)]
        : undefined;
    case 'remove-item':
      return isConfigList(target) && typeof last === 'number' && isIndex(last, target.length)
        ? target.filter((_, index) => index !== last)
        : undefined;
    case 'move-item': {
      if (!isConfigList(target) || !isIndex(step.from, target.length) || !isIndex(step.to, target.length))
        return undefined;
      const rest = target.filter((_, index) => index !== step.from);
      return [...rest.slice(0, step.to), target[step.from] ?? null, ...rest.slice(step.to)];
    }
  }
}

function isIndex(index: number, length: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < length;
}

function copyOf(entries: readonly (readonly [string, ConfigValue])[]): ConfigMap {
  const map: Record<string, ConfigValue> = {};
  for (const [key, value] of entries) setMember(map, key, value);
  return map;
}

/** Equal as models: the order of keys does not count, and an empty mapping is nothing. */
export function isSameModel(left: ConfigValue, right: ConfigValue): boolean {
  if (isConfigList(left) || isConfigList(right))
    return (
      isConfigList(left) &&
      isConfigList(right) &&
      left.length === right.length &&
      left.every((one, index) => isSameModel(one, right[index] ?? null))
    );
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  if (!isConfigMap(left) || !isConfigMap(right)) return left === right;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSameModel(left[key] ?? null, right[key] ?? null))
  );
}

function isEmpty(value: ConfigValue): boolean {
  return value === null || (isConfigMap(value) && Object.keys(value).length === 0);
}
