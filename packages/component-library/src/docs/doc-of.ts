import type { ConfigPath } from '@ampora/collector-config';

import type { ComponentKind, LibraryComponent } from '../component-library.ts';
import { handWrittenDocs } from '../hand-written/hand-written-components.ts';
import type { ComponentDoc, FieldDoc } from './component-doc.ts';
import { connectorDocs } from './connector-docs.ts';
import { exporterDocs } from './exporter-docs.ts';
import { extensionDocs } from './extension-docs.ts';
import { processorDocs } from './processor-docs.ts';
import { receiverDocs } from './receiver-docs.ts';
import { sharedDocs } from './shared-docs.ts';
import { telemetryDocs } from './telemetry-docs.ts';

const docs: Readonly<Record<ComponentKind, Readonly<Record<string, ComponentDoc>>>> = {
  receiver: receiverDocs,
  processor: processorDocs,
  exporter: exporterDocs,
  connector: connectorDocs,
  extension: extensionDocs,
};

/** By a component's name, or by the one that it had before. */
export function docOf(
  kind: ComponentKind,
  { type, deprecatedAlias }: { readonly type: string; readonly deprecatedAlias?: string },
): ComponentDoc | undefined {
  for (const name of [type, deprecatedAlias ?? type]) {
    const known = Object.hasOwn(docs[kind], name) ? docs[kind][name] : handWrittenDocs.get(`${kind}/${name}`);
    if (known !== undefined) return known;
  }
  return undefined;
}

/** What our own words say of a setting; empty when they say nothing. Of `service.telemetry` without a component. */
export function docOfField(component: LibraryComponent | undefined, below: ConfigPath): string {
  const found = findDoc(component, below);
  return typeof found === 'string' ? found : (found?.doc ?? '');
}

/** The words that a setting takes, where only the component's own rules know them. */
export function enumOfField(
  component: LibraryComponent | undefined,
  below: ConfigPath,
): readonly string[] | undefined {
  const found = findDoc(component, below);
  return typeof found === 'object' ? found.enum : undefined;
}

function findDoc(component: LibraryComponent | undefined, below: ConfigPath): FieldDoc | undefined {
  const keys = below.filter((step) => typeof step === 'string');
  const own = component === undefined ? telemetryDocs : docOf(component.kind, component)?.fields;
  const path = keys.join('.');
  if (own !== undefined && Object.hasOwn(own, path)) return own[path];
  // TLS, retries, queues and servers are the same in every component: known by how the path ends.
  for (const length of [3, 2, 1]) {
    const end = keys.slice(-length).join('.');
    if (keys.length >= length && Object.hasOwn(sharedDocs, end)) return sharedDocs[end];
  }
  return undefined;
}
