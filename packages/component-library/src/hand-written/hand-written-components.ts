import { signals } from '@ampora/collector-config';

import type { LibraryComponent } from '../component-library.ts';
import type { ComponentDoc } from '../docs/component-doc.ts';
import type { SettingsNode } from '../settings-node.ts';
import type { HandWrittenEntry, HandWrittenField } from './hand-written-entry.ts';
import { handWrittenExporters } from './hand-written-exporters.ts';
import { handWrittenConnectors, handWrittenExtensions } from './hand-written-others.ts';
import { handWrittenReceivers } from './hand-written-receivers.ts';

const entries: readonly HandWrittenEntry[] = [
  ...handWrittenReceivers,
  ...handWrittenExporters,
  ...handWrittenConnectors,
  ...handWrittenExtensions,
];

/** Our words on them, by `kind/type`. */
export const handWrittenDocs: ReadonlyMap<string, ComponentDoc> = new Map(
  entries.map((entry) => [
    `${entry.kind}/${entry.type}`,
    {
      doc: entry.doc,
      fields: Object.fromEntries(
        Object.entries(entry.fields).map(([path, { doc }]) => [path.replaceAll('[]', ''), doc]),
      ),
    },
  ]),
);

/** Common components that no release of the library was generated with. */
export function handWrittenComponents(): readonly LibraryComponent[] {
  return entries.map((entry) => {
    const connectorPairs = (entry.pairs ?? []).map(([from, to]) => ({ from, to }));
    return {
      kind: entry.kind,
      type: entry.type,
      module: '',
      version: '',
      stability: {},
      signals: signals.filter(
        (signal) =>
          (entry.signals ?? []).includes(signal) ||
          connectorPairs.some(({ from, to }) => from === signal || to === signal),
      ),
      connectorPairs,
      needsSettings: entry.needsSettings ?? false,
      handWritten: true,
      doc: entry.doc,
      settings: settingsOf(entry),
    };
  });
}

// What the decoder takes in places of these types: what it takes in those of all components that were asked.
const accepts: Readonly<Partial<Record<HandWrittenField['type'], string>>> = {
  string: 'nsedNB',
  secret: 'nsedNB',
  int: 'ni-f',
  bool: 'nb',
  duration: 'ndi-f',
  list: 'nsedNBl',
  map: 'nm',
};

interface Branch {
  readonly fields: Map<string, SettingsNode | Branch>;
  readonly isList: boolean;
}

function settingsOf(entry: HandWrittenEntry): SettingsNode {
  const root: Branch = { fields: new Map(), isList: false };
  for (const [path, field] of Object.entries(entry.fields)) {
    const keys = path.split('.');
    let branch = root;
    for (const key of keys.slice(0, -1)) branch = branchAt(branch, key);
    branch.fields.set(keys.at(-1) ?? path, leaf(field));
  }
  return closeBranch(root);
}

function branchAt(parent: Branch, key: string): Branch {
  const name = key.replace('[]', '');
  const known = parent.fields.get(name);
  if (known !== undefined && 'isList' in known) return known;
  const branch: Branch = { fields: new Map(), isList: key.endsWith('[]') };
  parent.fields.set(name, branch);
  return branch;
}

function leaf(field: HandWrittenField): SettingsNode {
  const taken = accepts[field.type];
  return {
    type: field.type,
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(taken === undefined ? {} : { accepts: taken }),
    ...(field.enum === undefined ? {} : { enum: field.enum }),
    isOpen: false,
  };
}

function closeBranch(branch: Branch): SettingsNode {
  const fields = new Map<string, SettingsNode>();
  for (const [name, member] of branch.fields)
    fields.set(name, 'isList' in member ? closeBranch(member) : member);
  const struct: SettingsNode = { type: 'struct', fields, isOpen: true };
  return branch.isList ? { type: 'list', element: struct, isOpen: false } : struct;
}
