// Runs in the text worker.
import {
  type ConfigEdit,
  type ConfigPath,
  type ConfigValue,
  createEditability,
  editConfig,
  type EditResult,
  isConfigList,
  isConfigMap,
  isReference,
  memberOf,
  parseConfig,
} from '@ampora/collector-config';
import {
  type ComponentLibrary,
  componentsOf,
  fieldAt,
  type Place,
  placeAt,
  type SettingsNode,
} from '@ampora/component-library';
import type { CanvasWork, FormField, FormLevel, PaletteItem } from './drawing.ts';

const nothing: SettingsNode = { type: 'any', isOpen: true };
const words: readonly string[] = [
  'string',
  'secret',
  'int',
  'uint',
  'float',
  'bool',
  'duration',
  'id',
  'text',
];

export function listPalette(library: ComponentLibrary): readonly PaletteItem[] {
  return componentsOf(library).map(
    ({ kind, type, doc, signals, connectorPairs, needsSettings, handWritten }) => ({
      kind,
      type,
      doc,
      signals,
      connectorPairs,
      needsSettings,
      handWritten,
    }),
  );
}

/** What stands at a place of a text, and what may stand there. */
export function levelAt(
  library: ComponentLibrary | null,
  { text, path }: CanvasWork['level']['asked'],
): FormLevel {
  const parsed = parseConfig(text);
  const root = parsed.ok ? parsed.document.root : {};
  const place = library === null ? undefined : placeAt(library, path, root);
  const node = place?.node ?? nothing;
  const value = path.reduce<ConfigValue | undefined>((at, step) => below(at, step), root);
  const askAt = createEditability(text);
  const lockAt = (at: ConfigPath): string | null => {
    const answer = askAt(at);
    return answer.editable ? null : answer.message;
  };
  const lines = text.split('\n');
  const fieldOf = (key: string | number, isNeeded: boolean): FormField => {
    const at = [...path, key];
    // The words that only our own docs know come with the place.
    const known = library === null ? undefined : placeAt(library, at, root)?.node;
    const own = known ?? fieldAt(node, [key], value) ?? nothing;
    const standing = below(value, key);
    const range = parsed.ok && standing !== undefined ? parsed.document.linesOf(at) : undefined;
    const edited = howEdited(own, standing);
    return {
      path: at,
      name: String(key),
      type: own.type,
      ...(own.default === undefined ? {} : { default: own.default }),
      doc: typeof key === 'string' ? docOf(place, key) : '',
      ...(own.enum === undefined ? {} : { enum: own.enum }),
      isNeeded,
      isOff: own.optional === 'off' || own.optional === 'unset',
      isSet: standing !== undefined,
      value: standing === undefined || (typeof standing === 'object' && standing !== null) ? null : standing,
      members: membersOf(standing).length,
      edited,
      source:
        edited === 'yaml' && range !== undefined ? sourceOf(lines.slice(range.first - 1, range.last)) : '',
      lock: lockAt(at),
    };
  };
  return {
    doc: place?.component !== undefined && place.below.length === 0 ? place.component.doc : '',
    kind: kindOf(node, value),
    fields: keysOf(node, value).map((key) => fieldOf(key, key === node.variants?.discriminator)),
    element: node.element?.type ?? (kindOf(node, value) === 'list' ? 'any' : null),
    isKnown: place !== undefined && node.type !== 'any',
    lock: lockAt(path),
  };
}

/** Sets a value that is given as YAML. */
export function setYaml({ text, path, yaml }: CanvasWork['setYaml']['asked']): EditResult {
  const indented = yaml
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  const parsed = parseConfig(`value:\n${indented}\n`);
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    const line = (problem?.line ?? 2) - 1;
    const message = `Line ${line} of it: ${problem?.message ?? 'It cannot be read.'}`;
    return { ok: false, reason: 'unreadable', path, message };
  }
  const edit: ConfigEdit = { edit: 'set-value', path, value: parsed.document.root['value'] ?? null };
  return editConfig(text, edit);
}

function docOf(place: Place | undefined, key: string): string {
  return place?.docOf(key) ?? '';
}

function below(value: ConfigValue | undefined, step: string | number): ConfigValue | undefined {
  if (typeof step === 'number') return isConfigList(value) ? value[step] : undefined;
  return memberOf(value, step);
}

function membersOf(value: ConfigValue | undefined): readonly (string | number)[] {
  if (isConfigMap(value)) return Object.keys(value);
  return isConfigList(value) ? [...value.keys()] : [];
}

/** Those that are known, in the order of the component's source, then those that stand there besides. */
function keysOf(node: SettingsNode, value: ConfigValue | undefined): readonly (string | number)[] {
  if (isConfigList(value)) return membersOf(value);
  const word = node.variants === undefined ? undefined : memberOf(value, node.variants.discriminator);
  const variant = typeof word === 'string' ? node.variants?.by.get(word) : undefined;
  const known = [...(node.fields?.keys() ?? []), ...(variant?.fields?.keys() ?? [])];
  return [...new Set([...known, ...membersOf(value)])];
}

function kindOf(node: SettingsNode, value: ConfigValue | undefined): FormLevel['kind'] {
  if (isConfigList(value) || node.type === 'list') return 'list';
  if (node.type === 'struct') return 'struct';
  return isConfigMap(value) || node.type === 'map' ? 'map' : 'any';
}

function howEdited(node: SettingsNode, value: ConfigValue | undefined): FormField['edited'] {
  if (value !== undefined && value !== null && typeof value !== 'object')
    return node.type === 'any' || words.includes(node.type) || isReference(value) ? 'word' : 'yaml';
  if (isConfigMap(value) || isConfigList(value)) {
    // Where nothing is known of what is in it, its own text says more than a form of guesses.
    if (node.type === 'any') return 'yaml';
    return words.includes(node.type) ? 'yaml' : 'below';
  }
  if (node.type === 'any') return 'yaml';
  return words.includes(node.type) ? 'word' : 'below';
}

/** The lines of a member without its key, moved to the left edge. */
function sourceOf([head = '', ...rest]: readonly string[]): string {
  const inline = head.replace(/^\s*(-\s+)?("[^"]*"|'[^']*'|[^:#]+?)\s*:(\s+|$)/, '').trimEnd();
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  const lines = rest.map((line) => line.slice(Math.min(indent, line.length)).trimEnd());
  return [...(inline === '' ? [] : [inline]), ...lines].join('\n');
}
