import { expect } from 'chai';

import type { ComponentLibrary } from '../component-library.ts';
import { componentKinds, findComponent } from '../component-library.ts';
import { loadRelease, releases } from '../releases.ts';
import type { SettingsNode } from '../settings-node.ts';
import { connectorDocs } from './connector-docs.ts';
import { exporterDocs } from './exporter-docs.ts';
import { extensionDocs } from './extension-docs.ts';
import { processorDocs } from './processor-docs.ts';
import { receiverDocs } from './receiver-docs.ts';
import { telemetryDocs } from './telemetry-docs.ts';

/** The nodes at a path of keys; lists, maps and variants are stepped into. */
function nodesAt(node: SettingsNode, [key, ...rest]: readonly string[]): readonly SettingsNode[] {
  if (key === undefined) return [node];
  const below = [
    ...(node.fields?.has(key) === true ? [node.fields.get(key)] : []),
    ...[...(node.variants?.by.values() ?? [])].map((variant) => variant.fields?.get(key)),
  ].filter((one) => one !== undefined);
  return [
    ...below.flatMap((one) => nodesAt(one, rest)),
    ...(node.element === undefined ? [] : nodesAt(node.element, [key, ...rest])),
  ];
}

const docs = {
  receiver: receiverDocs,
  processor: processorDocs,
  exporter: exporterDocs,
  connector: connectorDocs,
  extension: extensionDocs,
};

describe('our words on components', () => {
  let libraries: readonly ComponentLibrary[];

  before(async () => {
    const loaded = await Promise.all(releases.map((version) => loadRelease(version)));
    libraries = loaded.filter((library) => library !== undefined);
  });

  it('are about components that some release has', () => {
    const strangers = componentKinds.flatMap((kind) =>
      Object.keys(docs[kind])
        .filter(
          (type) => !libraries.some((library) => findComponent(library, kind, type)?.handWritten === false),
        )
        .map((type) => `${kind}/${type}`),
    );
    expect(strangers).to.deep.equal([]);
  });

  it('are about settings that these components have', () => {
    const strangers = componentKinds.flatMap((kind) =>
      Object.entries(docs[kind]).flatMap(([type, { fields }]) =>
        Object.keys(fields)
          .filter(
            (path) =>
              !libraries.some((library) => {
                const component = findComponent(library, kind, type);
                return component !== undefined && nodesAt(component.settings, path.split('.')).length > 0;
              }),
          )
          .map((path) => `${kind}/${type}: ${path}`),
      ),
    );
    expect(strangers).to.deep.equal([]);
  });

  it('are about own telemetry as it is', () => {
    const strangers = Object.keys(telemetryDocs).filter(
      (path) => !libraries.some((library) => nodesAt(library.telemetry, path.split('.')).length > 0),
    );
    expect(strangers).to.deep.equal([]);
  });

  it('say something of every component', () => {
    const silent = libraries.flatMap(({ version, components }) =>
      components.filter(({ doc }) => doc === '').map(({ kind, type }) => `${version} ${kind}/${type}`),
    );
    expect(silent).to.deep.equal([]);
  });
});
