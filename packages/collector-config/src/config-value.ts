/** A value of a Collector configuration as plain data: what JSON can hold, read-only. */
export type ConfigValue = string | number | boolean | null | readonly ConfigValue[] | ConfigMap;

/** A mapping. Ask with `Object.hasOwn`: keys come from users and may be called `constructor`. */
export interface ConfigMap {
  readonly [key: string]: ConfigValue;
}

export function isConfigMap(value: ConfigValue | undefined): value is ConfigMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isConfigList(value: ConfigValue | undefined): value is readonly ConfigValue[] {
  return Array.isArray(value);
}

/** The value under a key, or undefined when the parent is no mapping or has no such key of its own. */
export function memberOf(parent: ConfigValue | undefined, key: string): ConfigValue | undefined {
  return isConfigMap(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}

/** Sets a key of any name, `__proto__` included, as an ordinary property. */
export function setMember(target: Record<string, ConfigValue>, key: string, value: ConfigValue): void {
  if (key !== '__proto__') {
    target[key] = value;
    return;
  }
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * True for text that the Collector replaces before it reads the configuration: `${env:X}`, `${X}`, `${file:…}`,
 * `${yaml:…}`. What stands there is known on the agent's host only. `$${` is an escaped dollar sign, no reference.
 */
export function isReference(value: ConfigValue | undefined): boolean {
  if (typeof value !== 'string' || !value.includes('${')) return false;
  const text = value.replaceAll('$$', '');
  const start = text.indexOf('${');
  return start !== -1 && text.includes('}', start);
}
