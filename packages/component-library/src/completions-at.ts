import type { ComponentSection, ConfigMap, ConfigPath, ConfigValue } from '@ampora/collector-config';
import {
  componentSections,
  isConfigList,
  isConfigMap,
  isSignal,
  memberOf,
  parseComponentId,
  signals,
} from '@ampora/collector-config';

import { kindOfSection } from './check-against-library.ts';
import type { ComponentLibrary } from './component-library.ts';
import { componentsOf, findComponent } from './component-library.ts';
import { placeAt } from './place-at.ts';
import type { SettingsDefault, SettingsNode, SettingsType } from './settings-node.ts';
import { fieldsOf } from './settings-below.ts';

export interface Completion {
  /** What is put in: a key, a word, a value as it is written in YAML. */
  readonly label: string;
  readonly kind: 'section' | 'component' | 'key' | 'value' | 'id';
  readonly type?: SettingsType;
  readonly default?: SettingsDefault;
  /** One sentence; empty when there is none. */
  readonly doc: string;
  /** The component does not run without it. */
  readonly isRequired: boolean;
  /** After the key comes a mapping or a list, not a value on the same line. */
  readonly opensBlock: boolean;
}

/**
 * What can stand at a path: below a mapping the keys that it has not got yet, in place of a value the words that are
 * known for it. `root` is the text as far as it can be read: it says what is there already, which components are
 * defined, and which variant a mapping is. Empty where nothing is known.
 */
export function completionsAt(
  library: ComponentLibrary,
  path: ConfigPath,
  root: ConfigMap = {},
): readonly Completion[] {
  const present = valueAt(root, path);
  const [section, id] = path;
  if (section === undefined) return keysOfRoot(present);
  if (section === 'service') return inService(library, path, root);
  if (!isSection(section)) return [];
  if (id === undefined) return typesOf(library, section);
  const place = placeAt(library, path, root);
  if (place === undefined) return [];
  return [
    ...keysOf(place.node, present, (name) => place.docOf(name)),
    ...(isConfigMap(present) ? [] : valuesOf(place.node, root)),
  ];
}

function isSection(section: string | number): section is ComponentSection {
  return (componentSections as readonly (string | number)[]).includes(section);
}

function valueAt(root: ConfigValue, path: ConfigPath): ConfigValue | undefined {
  let value: ConfigValue | undefined = root;
  for (const step of path)
    value =
      typeof step === 'number' ? (isConfigList(value) ? value[step] : undefined) : memberOf(value, step);
  return value;
}

function keyed(label: string, kind: Completion['kind'], doc: string): Completion {
  return { label, kind, doc, isRequired: false, opensBlock: true };
}

const sectionDocs: Readonly<Record<ComponentSection | 'service', string>> = {
  receivers: 'Where telemetry comes in.',
  processors: 'What happens to telemetry on its way through a pipeline.',
  exporters: 'Where telemetry goes to.',
  connectors: 'What ends one pipeline and starts another.',
  extensions: 'What runs beside the pipelines: health, authentication, storage.',
  service: 'Which of the components run, and in which pipelines.',
};

function keysOfRoot(present: ConfigValue | undefined): readonly Completion[] {
  return [...componentSections, 'service' as const]
    .filter((name) => memberOf(present, name) === undefined)
    .map((name) => keyed(name, 'section', sectionDocs[name]));
}

function typesOf(library: ComponentLibrary, section: ComponentSection): readonly Completion[] {
  return componentsOf(library, kindOfSection(section)).map((component) => ({
    ...keyed(component.type, 'component', component.doc),
    opensBlock: component.settings.fields !== undefined && component.settings.fields.size > 0,
    isRequired: false,
  }));
}

function inService(library: ComponentLibrary, path: ConfigPath, root: ConfigMap): readonly Completion[] {
  const [, part, pipeline, list] = path;
  const present = valueAt(root, path);
  if (part === undefined)
    return [
      keyed('pipelines', 'key', 'One per signal and name: what receives, processes and exports it.'),
      keyed('extensions', 'key', 'The extensions that run.'),
      keyed('telemetry', 'key', "The Collector's own logs, metrics and traces."),
    ].filter(({ label }) => memberOf(present, label) === undefined);
  if (part === 'telemetry') {
    const place = placeAt(library, path, root);
    if (place === undefined) return [];
    return [...keysOf(place.node, present, (name) => place.docOf(name)), ...valuesOf(place.node, root)];
  }
  if (part === 'extensions') return idsOf(root, ['extensions'], present);
  if (part !== 'pipelines') return [];
  if (pipeline === undefined)
    return signals
      .filter((signal) => memberOf(present, signal) === undefined)
      .map((signal) => keyed(signal, 'key', `The pipeline of ${signal}; ${signal}/name for another one.`));
  if (list === undefined)
    return (['receivers', 'processors', 'exporters'] as const)
      .filter((name) => memberOf(present, name) === undefined)
      .map((name) => ({ ...keyed(name, 'key', ''), isRequired: name !== 'processors' }));
  const signal = parseComponentId(String(pipeline))?.type ?? '';
  const sections: readonly ComponentSection[] =
    list === 'processors' ? ['processors'] : [list as ComponentSection, 'connectors'];
  const standing = valueAt(root, ['service', 'pipelines', pipeline, list]);
  return idsOf(root, sections, standing).filter(({ label: id }) =>
    worksWith(library, String(list), sections, { id, signal }),
  );
}

/** Ids that are defined and not in the list yet. */
function idsOf(
  root: ConfigMap,
  sections: readonly ComponentSection[],
  list: ConfigValue | undefined,
): readonly Completion[] {
  const used = new Set(isConfigList(list) ? list : []);
  return sections.flatMap((section) => {
    const defined = memberOf(root, section);
    if (!isConfigMap(defined)) return [];
    return Object.keys(defined)
      .filter((id) => !used.has(id))
      .map((id) => ({ ...keyed(id, 'id', `Defined under ${section}.`), opensBlock: false }));
  });
}

/** Whether a component can stand in that list of a pipeline of that signal; true as well where that is not known. */
function worksWith(
  library: ComponentLibrary,
  list: string,
  sections: readonly ComponentSection[],
  { id, signal }: { readonly id: string; readonly signal: string },
): boolean {
  if (!isSignal(signal)) return true;
  const type = parseComponentId(id)?.type ?? '';
  const found = sections
    .map((section) => findComponent(library, kindOfSection(section), type))
    .filter((component) => component !== undefined);
  return (
    found.length === 0 ||
    found.some(({ kind, signals: known, connectorPairs }) => {
      if (kind !== 'connector') return known.includes(signal);
      // As a receiver a connector starts a pipeline, as an exporter it ends one.
      return connectorPairs.some(({ from, to }) => (list === 'receivers' ? to : from) === signal);
    })
  );
}

function keysOf(
  node: SettingsNode,
  present: ConfigValue | undefined,
  docOf: (name: string) => string,
): readonly Completion[] {
  if (node.type !== 'struct') return [];
  const { variants } = node;
  const names = [...fieldsOf(node, present)];
  return names
    .filter(([name]) => memberOf(present, name) === undefined)
    .map(([name, field]) => ({
      label: name,
      kind: 'key' as const,
      type: field.type,
      ...(field.default === undefined ? {} : { default: field.default }),
      doc: docOf(name),
      isRequired: name === variants?.discriminator,
      opensBlock: field.type === 'struct' || field.type === 'map' || field.type === 'list',
    }));
}

const durations = ['1s', '5s', '10s', '30s', '1m', '5m'];

function valuesOf(node: SettingsNode, root: ConfigMap): readonly Completion[] {
  const value = (label: string, doc = ''): Completion => ({
    label,
    kind: 'value',
    type: node.type,
    doc,
    isRequired: false,
    opensBlock: false,
  });
  const isDefault = (label: string): string => (String(node.default) === label ? 'The default.' : '');
  if (node.enum !== undefined) return node.enum.map((word) => value(word, isDefault(word)));
  if (node.type === 'bool') return ['true', 'false'].map((word) => value(word, isDefault(word)));
  if (node.type === 'duration') {
    const usual = typeof node.default === 'string' ? [node.default] : [];
    return [...new Set([...usual, ...durations])].map((text) => value(text, isDefault(text)));
  }
  if (node.type === 'id') return idsOf(root, ['extensions'], undefined);
  return [];
}
