import { parseComponentId } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import { toPathText } from '../config-path.ts';
import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, memberOf, setMember } from '../config-value.ts';
import type { ConfigEdit } from '../editing/config-edit.ts';
import { editConfig } from '../editing/edit-config.ts';
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

/** Editing reads the text once for each: one that has more to go than any supervisor puts in is left alone. */
const mostEdits = 50;

/**
 * Takes out of a text that an agent reported what its supervisor put in: the `opamp` extension with its uses,
 * `service.telemetry`, and sections that say nothing. Whole lines go, or what is to go of a line (`[opamp, zpages]`);
 * everything else stays to the byte. When that would change anything else, it says so and changes nothing.
 */
export function tidyReported(document: ConfigDocument): TidiedText {
  const paths = pathsToRemove(document.root);
  const names = paths.map(toPathText);
  const refuse = (reason: string): TidiedText => ({ ok: false, reason, paths: names });
  const text = withoutLines(document, paths);
  if (text !== undefined) return { ok: true, text, removed: names };
  if (paths.length > mostEdits) return refuse(`${names.length} things would have to go.`);
  // From the end, so that places in lists stay what they are.
  const edits = paths.toReversed().map((path): ConfigEdit => ({ edit: 'remove-value', path }));
  const edited = editConfig(document.text, edits);
  return edited.ok ? { ok: true, text: edited.text, removed: names } : refuse(edited.message);
}

/** Undefined when there is more on their lines than what is to go. */
function withoutLines(document: ConfigDocument, paths: readonly ConfigPath[]): string | undefined {
  const gone = new Set<number>();
  for (const path of paths) {
    const range = document.linesOf(path);
    if (!range) return undefined;
    for (let line = range.first; line <= range.last; line++) gone.add(line - 1);
  }
  const lines = document.text.split('\n');
  const text = lines.filter((_, index) => !gone.has(index)).join('\n');
  const again = parseConfig(text);
  const wanted = without(document.root, paths);
  const isMeant = again.ok && toCanonicalText(again.document.root) === toCanonicalText(wanted);
  return isMeant ? text : undefined;
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
