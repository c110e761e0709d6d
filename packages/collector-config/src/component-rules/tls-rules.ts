import type { ComponentSection } from '../component-id.ts';
import type { ComponentRemark, ComponentRule } from './component-rule.ts';
import { conflict, oneOf } from './component-rule.ts';
import type { Settings } from './settings.ts';

const versions = ['', '1.0', '1.1', '1.2', '1.3'];
const maxDepth = 8;

/** A `tls` mapping wherever it stands among a component's settings. */
function checkTls(settings: Settings, depth = 0): readonly (ComponentRemark | undefined)[] {
  if (depth > maxDepth) return [];
  return settings.entries().flatMap(([key, value]) => {
    if (key !== 'tls') return checkTls(value, depth + 1);
    const has = (name: string): boolean =>
      !value.at(`${name}_file`).isEmpty || !value.at(`${name}_pem`).isEmpty;
    const isHalf = has('cert') !== has('key');
    return [
      isHalf
        ? conflict(
            value,
            `The ${has('key') ? 'certificate to this key' : 'key to this certificate'} is missing.`,
          )
        : undefined,
      oneOf(value.at('min_version'), versions),
      oneOf(value.at('max_version'), versions),
    ];
  });
}

const sections: readonly ComponentSection[] = ['receivers', 'exporters', 'extensions'];

export const tlsRules: readonly ComponentRule[] = sections.map((section) => ({
  section,
  types: [],
  check: (settings) => checkTls(settings),
}));
