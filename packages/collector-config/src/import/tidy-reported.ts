import { parseComponentId } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import { toPathText } from '../config-path.ts';
import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, memberOf, setMember } from '../config-value.ts';
import type { ConfigDocument } from '../parse-config.ts';
import { parseConfig } from '../parse-config.ts';
import { toCanonicalText } from '../semantic/semantic-text.ts';

export type TidiedText =
  | { readonly ok: true; readonly text: string; readonly removed: readonly string[] }
  | {
      readonly ok: false;
      readonly reason: string;
      /** What should have been taken out. */
      readonly paths: readonly string[];
    };

const supervisorType = 'opamp';

/**
 * Takes out of a text that an agent reported what its supervisor put in: the `opamp` extension with its uses,
 * `service.telemetry`, and sections that say nothing. Whole lines go, all others stay as they are; when that would
 * change anything else (a list on one line), it says so and changes nothing.
 */
export function tidyReported(document: ConfigDocument): TidiedText {
  const paths = pathsToRemove(document.root);
  const names = paths.map(toPathText);
  const refuse = (reason: string): TidiedText => ({ ok: false, reason, paths: names });
  const lines = document.text.split('\n');
  const gone = new Set<number>();
  for (const path of paths) {
    const range = document.linesOf(path);
    if (!range) return refuse(`${toPathText(path)} cannot be found in the text.`);
    for (let line = range.first; line <= range.last; line++) gone.add(line - 1);
  }
  const text = lines.filter((_, index) => !gone.has(index)).join('\n');
  const again = parseConfig(text);
  const wanted = without(document.root, paths);
  if (!again.ok || toCanonicalText(again.document.root) !== toCanonicalText(wanted))
    return refuse(`${names.join(', ')} cannot be taken out as whole lines.`);
  return { ok: true, text, removed: names };
}

/** In the order of the text; nothing below another. */
function pathsToRemove(root: ConfigMap): ConfigPath[] {
  const extensions = memberOf(root, 'extensions');
  const service = memberOf(root, 'service');
  const own = (isConfigMap(extensions) ? Object.keys(extensions) : []).filter(isSupervisors);
  const paths: ConfigPath[] = [];
  for (const [section, value] of Object.entries(root)) {
    if (isEmpty(value)) paths.push([section]);
    else if (section === 'extensions' && isConfigMap(value)) {
      if (Object.keys(value).length === own.length) paths.push([section]);
      else for (const id of own) paths.push([section, id]);
    }
  }
  if (!isConfigMap(service)) return paths;
  for (const [key, value] of Object.entries(service)) {
    if (key === 'telemetry' || isEmpty(value)) paths.push(['service', key]);
    else if (key === 'extensions' && isConfigList(value)) {
      const uses = value.flatMap((id, index) =>
        typeof id === 'string' && isSupervisors(id) ? [['service', key, index]] : [],
      );
      if (uses.length === value.length) paths.push(['service', key]);
      else paths.push(...uses);
    }
  }
  return paths;
}

function isSupervisors(id: string): boolean {
  return parseComponentId(id)?.type === supervisorType;
}

function isEmpty(value: ConfigValue): boolean {
  if (value === null) return true;
  return isConfigMap(value) ? Object.keys(value).length === 0 : isConfigList(value) && value.length === 0;
}

function without(value: ConfigValue, paths: readonly ConfigPath[]): ConfigValue {
  const below = (key: string | number) =>
    paths.flatMap(([first, ...rest]) => (first === key ? [rest as ConfigPath] : []));
  if (isConfigMap(value)) {
    const kept: Record<string, ConfigValue> = {};
    for (const [key, one] of Object.entries(value)) {
      const inside = below(key);
      if (!inside.some((path) => path.length === 0)) setMember(kept, key, without(one, inside));
    }
    return kept;
  }
  if (!isConfigList(value)) return value;
  return value.flatMap((one, index) => {
    const inside = below(index);
    return inside.some((path) => path.length === 0) ? [] : [without(one, inside)];
  });
}
