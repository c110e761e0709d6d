import type { ConfigPath, FindingDraft, Pipeline, Signal } from '@ampora/collector-config';
import { isSignal, parseComponentId } from '@ampora/collector-config';

import type { ComponentKind, ComponentLibrary, LibraryComponent } from './component-library.ts';
import { findComponent, isCertain } from './component-library.ts';

export interface SignalsCheck {
  readonly library: ComponentLibrary;
  /** Ids under `connectors`. */
  readonly connectors: ReadonlySet<string>;
  readonly add: (finding: FindingDraft) => void;
}

interface ConnectorUses {
  readonly ends: { readonly signal: Signal; readonly path: ConfigPath }[];
  readonly starts: { readonly signal: Signal; readonly path: ConfigPath }[];
  /** A list that may name it again is hidden behind a reference. */
  isPartlyHidden: boolean;
}

/** Whether each component can stand in a pipeline of that signal, and each connector join what it joins. */
export function checkSignals(pipelines: readonly Pipeline[], check: SignalsCheck): void {
  const connectors = new Map<string, ConnectorUses>();
  const isHidden = pipelines.some(
    (one) => one.isUnknown || one.receivers.state === 'unknown' || one.exporters.state === 'unknown',
  );
  for (const { signal, receivers, processors, exporters } of pipelines) {
    if (!isSignal(signal)) continue;
    const lists = [
      ['receiver', receivers],
      ['processor', processors],
      ['exporter', exporters],
    ] as const;
    for (const [kind, list] of lists)
      for (const { id, path } of list.uses) {
        if (kind !== 'processor' && check.connectors.has(id)) {
          const uses = connectors.get(id) ?? { ends: [], starts: [], isPartlyHidden: isHidden };
          connectors.set(id, uses);
          uses[kind === 'exporter' ? 'ends' : 'starts'].push({ signal, path });
        } else checkUse({ kind, id, path, signal }, check);
      }
  }
  for (const [id, uses] of connectors) checkConnector(id, uses, check);
}

interface Use {
  readonly kind: ComponentKind;
  readonly id: string;
  readonly path: ConfigPath;
  readonly signal: Signal;
}

function checkUse({ kind, id, path, signal }: Use, { library, add }: SignalsCheck): void {
  const component = known(library, kind, id);
  if (component === undefined || component.signals.includes(signal)) return;
  add({
    layer: 'schema',
    code: 'schema/unsupported-signal',
    path,
    message: `The ${kind} ${component.type} has no part in ${signal} pipelines. It works with ${listed(component.signals)}.`,
    severity: isCertain(component) ? 'error' : 'warning',
  });
}

/** As the Collector does it: each pipeline that it ends needs one that it starts with a signal it can make of it, and the other way round. */
function checkConnector(id: string, uses: ConnectorUses, { library, add }: SignalsCheck): void {
  const connector = known(library, 'connector', id);
  if (connector === undefined || uses.isPartlyHidden) return;
  const joins = (from: Signal, to: Signal): boolean =>
    connector.connectorPairs.some((pair) => pair.from === from && pair.to === to);
  const pairs = connector.connectorPairs.map(({ from, to }) => `${from} to ${to}`);
  const fault = (path: ConfigPath, message: string): void => {
    add({
      layer: 'schema',
      code: 'schema/connector-pair',
      path,
      message: `${message} The connector ${connector.type} joins ${listed(pairs)}.`,
      severity: isCertain(connector) ? 'error' : 'warning',
    });
  };
  // Used on one side only is a fault whatever the connector: the check of references says so.
  if (uses.ends.length === 0 || uses.starts.length === 0) return;
  for (const { signal, path } of uses.ends)
    if (!uses.starts.some((start) => joins(signal, start.signal)))
      fault(path, `What comes out of this ${signal} pipeline goes into none that "${id}" starts.`);
  for (const { signal, path } of uses.starts)
    if (!uses.ends.some((end) => joins(end.signal, signal)))
      fault(path, `Nothing that "${id}" is given can become the ${signal} of this pipeline.`);
}

function known(library: ComponentLibrary, kind: ComponentKind, id: string): LibraryComponent | undefined {
  const type = parseComponentId(id)?.type;
  return type === undefined ? undefined : findComponent(library, kind, type);
}

function listed(words: readonly string[]): string {
  return words.length === 0 ? 'nothing that is known' : words.join(', ');
}
