import { parseComponentId } from './component-id.ts';
import type { ConfigPath } from './config-path.ts';
import type { Pipeline } from './read-service.ts';

export interface ConnectorFault {
  readonly code: 'connector/not-used-as-receiver' | 'connector/not-used-as-exporter' | 'connector/cycle';
  readonly path: ConfigPath;
  readonly message: string;
}

/**
 * A connector ends one pipeline and starts another. Faults: used on one side only, and pipelines of one signal that
 * feed each other in a circle (over several signals it depends on the connector which pairs exist, so none is claimed).
 * A connector that no pipeline names is no fault.
 */
export function findConnectorFaults(
  connectors: ReadonlySet<string>,
  pipelines: readonly Pipeline[],
): readonly ConnectorFault[] {
  const ends = new Map<string, Pipeline[]>();
  const starts = new Map<string, Pipeline[]>();
  for (const pipeline of pipelines) {
    for (const { id } of pipeline.exporters.uses) if (connectors.has(id)) note(ends, id, pipeline);
    for (const { id } of pipeline.receivers.uses) if (connectors.has(id)) note(starts, id, pipeline);
  }
  return [...findOneSided(connectors, ends, starts, pipelines), ...findCycles(pipelines, ends, starts)];
}

type Uses = ReadonlyMap<string, readonly Pipeline[]>;

function note(uses: Map<string, Pipeline[]>, id: string, pipeline: Pipeline): void {
  const known = uses.get(id);
  if (known === undefined) uses.set(id, [pipeline]);
  else known.push(pipeline);
}

function findOneSided(
  connectors: ReadonlySet<string>,
  ends: Uses,
  starts: Uses,
  pipelines: readonly Pipeline[],
): readonly ConnectorFault[] {
  // A pipeline that is hidden behind an unresolved reference may hold the other side.
  if (
    pipelines.some(
      (one) => one.isUnknown || one.receivers.state === 'unknown' || one.exporters.state === 'unknown',
    )
  )
    return [];
  return [...connectors].flatMap((id) => {
    const [into, outOf] = [ends.get(id) ?? [], starts.get(id) ?? []];
    if (!keepsSignal(id)) return findMissingSide(id, into.length > 0, outOf.length > 0);
    const used = [...new Set([...into, ...outOf].map((one) => one.signal))];
    return used.flatMap((signal) => {
      const isOfSignal = (one: Pipeline): boolean => one.signal === signal;
      return findMissingSide(id, into.some(isOfSignal), outOf.some(isOfSignal), ` of ${signal}`);
    });
  });
}

// The one connector of which every build knows that it passes a signal on as it is.
function keepsSignal(id: string): boolean {
  return parseComponentId(id)?.type === 'forward';
}

function findMissingSide(
  id: string,
  isExporter: boolean,
  isReceiver: boolean,
  ofSignal = '',
): readonly ConnectorFault[] {
  if (isExporter === isReceiver) return [];
  const [used, missing] = isExporter
    ? (['exporter', 'receiver'] as const)
    : (['receiver', 'exporter'] as const);
  const message = `The connector "${id}" is ${used} in a pipeline${ofSignal} and ${missing} in none: add it to the ${missing}s of another pipeline${ofSignal}.`;
  return [{ code: `connector/not-used-as-${missing}`, path: ['connectors', id], message }];
}

function findCycles(pipelines: readonly Pipeline[], ends: Uses, starts: Uses): readonly ConnectorFault[] {
  const next = new Map<string, Set<string>>();
  for (const [connector, from] of ends)
    for (const source of from)
      for (const target of starts.get(connector) ?? []) {
        if (source.signal !== target.signal) continue;
        const targets = next.get(source.id) ?? new Set();
        next.set(source.id, targets.add(target.id));
      }
  // Pipelines that nothing feeds are taken away until none is left; what stays feeds itself.
  const feeders = new Map<string, number>(pipelines.map((one) => [one.id, 0]));
  for (const targets of next.values()) for (const id of targets) feeders.set(id, (feeders.get(id) ?? 0) + 1);
  const free = [...feeders].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    feeders.delete(id);
    for (const target of next.get(id) ?? []) {
      const left = (feeders.get(target) ?? 0) - 1;
      feeders.set(target, left);
      if (left === 0) free.push(target);
    }
  }
  const circular = pipelines.find((one) => feeders.has(one.id));
  if (circular === undefined) return [];
  const message = `Connectors make pipelines feed each other in a circle, ${circular.id} being part of it or fed by it.`;
  return [{ code: 'connector/cycle', path: circular.path, message }];
}
