import type { ConfigPath } from '../config-path.ts';
import { toPathText } from '../config-path.ts';
import { isReference } from '../config-value.ts';
import { useOrderAt } from '../semantic/normalize-config.ts';
import type { EditRefusal, ReadOnlyReason } from './config-edit.ts';
import type { EditEntry, EditNode, EditTree } from './edit-tree.ts';

/** Thrown inside the editing code, and an answer outside of it. */
export class Refusal extends Error {
  readonly reason: EditRefusal;
  readonly path: ConfigPath;

  constructor(reason: EditRefusal, path: ConfigPath) {
    super(describeRefusal(reason, path));
    this.reason = reason;
    this.path = path;
  }
}

const texts: Readonly<Record<EditRefusal, (at: string) => string>> = {
  unreadable: () => 'The text is no configuration that can be read: correct it first.',
  'multiple-documents': () => 'The text has several documents (---): keep one.',
  alias: (at) => `${at} is written elsewhere and used here by an alias (*name): edit it in the text.`,
  anchor: (at) =>
    `${at} has an anchor (&name) that other places use, which would change too: edit it in the text.`,
  'merge-key': (at) => `${at} comes from another mapping by a merge key (<<): edit it in the text.`,
  reference: (at) =>
    `A reference (\${…}) stands in place of ${at}: what it holds is known on the agent's host only.`,
  'complex-key': (at) => `${at} is written in a way that is only edited in the text.`,
  tag: (at) => `${at} has a YAML tag: edit it in the text.`,
  'wrong-type': (at) => `${at} is not what this change is made for.`,
  'not-found': (at) => `${at} is not there.`,
  exists: (at) => `${at} is there already.`,
  'would-be-empty': () => 'Nothing would be left of the configuration.',
  'not-round-trip': (at) => `${at} cannot be changed without changing more: edit it in the text.`,
};

export function describeRefusal(reason: EditRefusal, path: ConfigPath): string {
  return texts[reason](toPathText(path) || 'The configuration');
}

export interface Located {
  readonly node: EditNode;
  /** The node that holds it, undefined for the root. */
  readonly parent: EditNode | undefined;
  /** Its entry, when the parent is a mapping. */
  readonly entry: EditEntry | undefined;
}

/** The node at a path, or a Refusal that says what stands in the way. */
export function locate(tree: EditTree, path: ConfigPath, text: string): Located {
  let located: Located = { node: tree.root, parent: undefined, entry: undefined };
  for (const [depth, segment] of path.entries()) {
    const at = path.slice(0, depth + 1);
    const { node } = located;
    refuseShared(tree, node, path.slice(0, depth));
    if (typeof segment === 'number') {
      if (node.kind !== 'list') throw notThere(node, text, at);
      if (!node.isPlain) throw new Refusal('complex-key', path.slice(0, depth));
      const item = node.items[segment];
      if (item === undefined) throw new Refusal('not-found', at);
      located = { node: item.value, parent: node, entry: undefined };
      continue;
    }
    if (node.kind !== 'map') throw notThere(node, text, at);
    const entry = node.entries.find((one) => one.key === segment);
    if (entry === undefined) {
      if (!node.isPlain) throw new Refusal('complex-key', path.slice(0, depth));
      throw new Refusal(node.entries.some((one) => one.isMerge) ? 'merge-key' : 'not-found', at);
    }
    located = { node: entry.value, parent: node, entry };
  }
  return located;
}

/** The same, when the value itself is to be changed as well. */
export function locateToChange(tree: EditTree, path: ConfigPath, text: string): Located {
  const located = locate(tree, path, text);
  refuseShared(tree, located.node, path, 'target');
  return located;
}

/** The reason for which the value at a path is read-only, with the place that is the cause; undefined when it is not. */
export function readOnlyAt(
  tree: EditTree,
  path: ConfigPath,
  text: string,
): { readonly reason: ReadOnlyReason; readonly path: ConfigPath } | undefined {
  try {
    const { node, parent } = locate(tree, path, text);
    if (node.kind === 'alias') return { reason: 'alias', path };
    refuseShared(tree, node, path, 'target');
    if (node.hasTag) return { reason: 'tag', path };
    if (isStructure(path) && isReferenceNode(node, text)) return { reason: 'reference', path };
    if (parent?.kind === 'map' && !parent.isPlain) return { reason: 'complex-key', path: path.slice(0, -1) };
    if ((node.kind === 'map' || node.kind === 'list') && !node.isPlain)
      return { reason: 'complex-key', path };
    return undefined;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    const { reason } = refusal;
    // What is not there yet may be added.
    if (reason === 'not-found' || reason === 'wrong-type') return undefined;
    return { reason: reason as ReadOnlyReason, path: refusal.path };
  }
}

function refuseShared(tree: EditTree, node: EditNode, path: ConfigPath, use: 'way' | 'target' = 'way'): void {
  if (node.anchor !== undefined && tree.aliased.has(node.anchor)) throw new Refusal('anchor', path);
  if (use === 'way' && node.kind === 'alias') throw new Refusal('alias', path);
}

function notThere(node: EditNode, text: string, path: ConfigPath): Refusal {
  if (isReferenceNode(node, text)) return new Refusal('reference', path.slice(0, -1));
  return new Refusal(node.kind === 'nothing' ? 'not-found' : 'wrong-type', path);
}

function isReferenceNode(node: EditNode, text: string): boolean {
  return node.kind === 'scalar' && isReference(text.slice(node.start, node.end));
}

/** Where a mapping or list belongs: sections, components, pipelines and their lists. */
function isStructure(path: ConfigPath): boolean {
  return path[0] === 'service' ? path.length <= 3 || useOrderAt(path) !== undefined : path.length <= 2;
}
