import type { Signal } from '@ampora/collector-config';
import { signals } from '@ampora/collector-config';

import type { ComponentKind, ComponentLibrary, LibraryComponent, SignalPair } from './component-library.ts';
import { componentKinds } from './component-library.ts';
import { docOf } from './docs/doc-of.ts';
import { handWrittenComponents } from './hand-written/hand-written-components.ts';
import type { ComponentData, NodeData, ReleaseData } from './release-data.ts';
import type { SettingsNode } from './settings-node.ts';

/**
 * A library of one release: what was read from its components, what the release beside it knows of those that could not
 * be asked here, and what was written by hand for those that no release has.
 */
export function readRelease(data: ReleaseData, lender?: ComponentLibrary): ComponentLibrary {
  const nodes: SettingsNode[] = [];
  for (const node of data.nodes) nodes.push(linkNode(node, nodes, data));
  const read = data.components.map((component) => readComponent(component, nodes));
  const names = new Set(
    read.flatMap((one) => [
      `${one.kind}/${one.type}`,
      ...(one.deprecatedAlias === undefined ? [] : [`${one.kind}/${one.deprecatedAlias}`]),
    ]),
  );
  const isLacking = (one: LibraryComponent): boolean =>
    !names.has(`${one.kind}/${one.type}`) && !names.has(`${one.kind}/${one.deprecatedAlias ?? one.type}`);
  const others = (lender?.components ?? handWrittenComponents())
    .filter(isLacking)
    .map((one) => (one.handWritten || lender === undefined ? one : { ...one, borrowedFrom: lender.version }));
  const components = [...read, ...others].toSorted(
    (left, right) =>
      componentKinds.indexOf(left.kind) - componentKinds.indexOf(right.kind) ||
      (left.type < right.type ? -1 : 1),
  );
  return {
    version: data.version,
    components,
    telemetry: nodes[data.telemetry] ?? { type: 'any', isOpen: true },
    byType: Object.fromEntries(
      componentKinds.map((kind) => [kind, indexByType(components, kind)]),
    ) as ComponentLibrary['byType'],
  };
}

function linkNode(node: NodeData, earlier: readonly SettingsNode[], data: ReleaseData): SettingsNode {
  const link = (index: number): SettingsNode => {
    const target = earlier[index];
    if (target === undefined)
      throw new Error(
        `The component library of ${data.version} is damaged: node ${String(index)} is named before it stands. Generate it again.`,
      );
    return target;
  };
  const links = (
    pairs: readonly (readonly [string, number])[] | undefined,
  ): Map<string, SettingsNode> | undefined => pairs && new Map(pairs.map(([name, at]) => [name, link(at)]));
  const variants = links(node.variants);
  const fields = withDiscriminator(links(node.fields), node.discriminator, variants);
  const accepts = node.accepts ?? data.accepts[node.type] ?? '';
  return {
    type: node.type,
    ...(fields === undefined ? {} : { fields }),
    ...(node.element === undefined ? {} : { element: link(node.element) }),
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node.optional === undefined ? {} : { optional: node.optional }),
    ...(accepts === '' ? {} : { accepts }),
    ...(node.enum === undefined ? {} : { enum: node.enum }),
    ...(node.anyCase === true ? { isAnyCase: true } : {}),
    isOpen: node.open ?? false,
    ...(variants === undefined || node.discriminator === undefined
      ? {}
      : { variants: { discriminator: node.discriminator, by: variants } }),
  };
}

/** The word that says which variant a mapping is, as a field like others. */
function withDiscriminator(
  fields: Map<string, SettingsNode> | undefined,
  discriminator: string | undefined,
  variants: ReadonlyMap<string, SettingsNode> | undefined,
): Map<string, SettingsNode> | undefined {
  if (discriminator === undefined || variants === undefined) return fields;
  const word: SettingsNode = { type: 'string', enum: [...variants.keys()], isOpen: false };
  return new Map([[discriminator, word], ...(fields ?? [])]);
}

function readComponent(data: ComponentData, nodes: readonly SettingsNode[]): LibraryComponent {
  const kind = data.kind as ComponentKind;
  const connectorPairs = pairsOf(data.stability);
  return {
    kind,
    type: data.type,
    ...(data.deprecatedAlias === undefined ? {} : { deprecatedAlias: data.deprecatedAlias }),
    module: data.module,
    version: data.version,
    stability: data.stability,
    signals: signalsOf(data.stability, connectorPairs),
    connectorPairs,
    needsSettings: data.needsSettings ?? false,
    handWritten: false,
    doc: docOf(kind, data)?.doc ?? '',
    settings: nodes[data.settings] ?? { type: 'any', isOpen: true },
  };
}

export function pairsOf(stability: Readonly<Record<string, string>>): readonly SignalPair[] {
  return signals.flatMap((from) =>
    signals.filter((to) => Object.hasOwn(stability, `${from}→${to}`)).map((to) => ({ from, to })),
  );
}

export function signalsOf(
  stability: Readonly<Record<string, string>>,
  pairs: readonly SignalPair[],
): readonly Signal[] {
  return signals.filter(
    (signal) =>
      Object.hasOwn(stability, signal) || pairs.some(({ from, to }) => from === signal || to === signal),
  );
}

function indexByType(
  components: readonly LibraryComponent[],
  kind: ComponentKind,
): ReadonlyMap<string, LibraryComponent> {
  const index = new Map<string, LibraryComponent>();
  for (const one of components) if (one.kind === kind) index.set(one.type, one);
  for (const one of components)
    if (one.kind === kind && one.deprecatedAlias !== undefined && !index.has(one.deprecatedAlias))
      index.set(one.deprecatedAlias, one);
  return index;
}
