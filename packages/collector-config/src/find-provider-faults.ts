import type { ConfigPath } from './config-path.ts';
import type { ConfigMap, ConfigValue } from './config-value.ts';
import { isConfigList, isConfigMap } from './config-value.ts';

export interface ProviderFault {
  readonly path: ConfigPath;
  readonly message: string;
}

/** Schemes of the providers that are published for Collectors, in and beside the usual builds. */
const schemes = new Set([
  'env',
  'file',
  'yaml',
  'http',
  'https',
  's3',
  'secretsmanager',
  'googlesecretmanager',
  'aes',
]);
const maxFaults = 100;

/** References (`${scheme:…}`) that no Collector can resolve. */
export function findProviderFaults(root: ConfigMap): readonly ProviderFault[] {
  const faults: ProviderFault[] = [];
  // Values that aliases share are looked at once, at the first place.
  const seen = new Set<object>();
  const walk = (value: ConfigValue, path: ConfigPath): void => {
    if (faults.length >= maxFaults) return;
    if (typeof value === 'string') {
      const message = describe(value);
      if (message !== undefined) faults.push({ path, message });
      return;
    }
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    if (isConfigList(value)) value.forEach((item, index) => walk(item, [...path, index]));
    else if (isConfigMap(value))
      for (const [key, member] of Object.entries(value)) walk(member, [...path, key]);
  };
  walk(root, []);
  return faults;
}

const maxLength = 100_000;

function describe(value: string): string | undefined {
  if (!value.includes('${') || value.length > maxLength) return undefined;
  for (const [, name = ''] of value.replaceAll('$$', '').matchAll(/\$\{([^${}]*)\}/g)) {
    const [, scheme, rest = ''] = /^([A-Za-z][A-Za-z\d+.-]+):(.*)$/s.exec(name) ?? [];
    if (scheme !== undefined && !schemes.has(scheme))
      return `Nothing that Collectors are built with resolves "${scheme.slice(0, 40)}:". Known are env, file, yaml, http and https.`;
    const variable = (scheme === 'env' ? rest : scheme === undefined ? name : undefined)?.replace(
      /:-.*$/s,
      '',
    );
    if (variable !== undefined && !/^[A-Za-z_]\w*$/.test(variable))
      return `"${variable.slice(0, 80)}" is no name of an environment variable: letters, digits and _ only.`;
  }
  return undefined;
}
