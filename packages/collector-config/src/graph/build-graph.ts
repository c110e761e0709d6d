import type { ComponentSection } from '../component-id.ts';
import { parseComponentId, signals } from '../component-id.ts';
import { findUnused } from '../check-config.ts';
import type { ConfigPath } from '../config-path.ts';
import type { Finding } from '../finding.ts';
import type { ConfigDocument, LineRange } from '../parse-config.ts';
import type { Pipeline, UseList } from '../read-service.ts';
import { readPipelines, readSection, readServiceExtensions } from '../read-service.ts';
import { createFindingIndex } from './finding-index.ts';
import type {
  GraphEdge,
  GraphJunction,
  GraphLane,
  GraphNode,
  GraphNodeState,
  GraphRole,
  PipelineGraph,
} from './graph-model.ts';

/**
 * The graph of a configuration, with findings put where they belong. Works on what is wrong in meaning as well: what is
 * named and not defined is a node in the state `undefined`. Linear in components, uses and findings.
 */
export function buildGraph(document: ConfigDocument, findings: readonly Finding[] = []): PipelineGraph {
  const builder = new Builder(document);
  for (const pipeline of readPipelines(document.root).pipelines) builder.lane(pipeline);
  builder.connect();
  builder.extensions(readServiceExtensions(document.root));
  builder.unused();
  return builder.finish(findings);
}

const roles = {
  receivers: { role: 'receiver', side: 'start', sections: ['receivers', 'connectors'] },
  processors: { role: 'processor', side: 'middle', sections: ['processors'] },
  exporters: { role: 'exporter', side: 'end', sections: ['exporters', 'connectors'] },
  extensions: { role: 'extension', side: 'outside', sections: ['extensions'] },
} as const;

const roleOfSection: Readonly<Record<ComponentSection, GraphRole>> = {
  receivers: 'receiver',
  processors: 'processor',
  exporters: 'exporter',
  connectors: 'connector',
  extensions: 'extension',
};

type Draft<T extends { readonly findings: readonly Finding[] }> = Omit<T, 'findings'>;

class Builder {
  readonly #document: ConfigDocument;
  readonly #lanes: Draft<GraphLane>[] = [];
  readonly #nodes: Draft<GraphNode>[] = [];
  readonly #junctions: GraphJunction[] = [];
  readonly #edges: GraphEdge[] = [];
  readonly #extensions: string[] = [];
  readonly #unused: string[] = [];
  readonly #keys = new Map<string, number>();
  readonly #defined: ReadonlyMap<ComponentSection, ReadonlyMap<string, string> | 'unknown'>;
  readonly #definitionLines = new Map<string, LineRange | null>();
  /** Connector id to the lanes it ends and the lanes it starts. */
  readonly #connectors = new Map<string, { readonly into: GraphEnd[]; readonly outOf: GraphEnd[] }>();

  constructor(document: ConfigDocument) {
    this.#document = document;
    this.#defined = new Map(
      (Object.keys(roleOfSection) as ComponentSection[]).map((name) => {
        const section = readSection(document.root, name);
        // Ids are trimmed where they are used: what stands in the text is kept for the path.
        return [
          name,
          section.state === 'unknown' ? 'unknown' : new Map(section.ids.map((id) => [id.trim(), id])),
        ];
      }),
    );
  }

  lane(pipeline: Pipeline): void {
    const key = pipeline.id;
    const of = (list: 'receivers' | 'processors' | 'exporters'): Draft<GraphNode>[] =>
      pipeline[list].uses.map((use) => this.#use(list, use.id, use.path, pipeline));
    const [receivers, processors, exporters] = [of('receivers'), of('processors'), of('exporters')];
    const lists = [pipeline.receivers, pipeline.processors, pipeline.exporters];
    this.#lanes.push({
      key,
      signal: pipeline.signal,
      name: parseComponentId(pipeline.id)?.name ?? '',
      path: pipeline.path,
      lines: this.#document.linesOf(pipeline.path) ?? null,
      isPartial: pipeline.isUnknown || lists.some((list) => list.state === 'unknown'),
      receivers: receivers.map((node) => node.key),
      processors: processors.map((node) => node.key),
      exporters: exporters.map((node) => node.key),
    });
    this.#flow(pipeline, receivers, processors, exporters);
  }

  #use(list: keyof typeof roles, id: string, path: ConfigPath, pipeline?: Pipeline): Draft<GraphNode> {
    const { role, side, sections } = roles[list];
    const section = sections.find((one) => this.#isDefined(one, id)) ?? sections[0];
    const isConnector = section === 'connectors';
    const node = this.#node({
      key: this.#keyOf(pipeline === undefined ? `${role}:${id}` : `${pipeline.id}:${role}:${id}`),
      lane: pipeline?.id ?? null,
      role: isConnector ? 'connector' : role,
      side,
      section,
      id,
      place: Number(path.at(-1)),
      usePath: path,
      isUsed: true,
      state: this.#stateOf(id, sections),
    });
    if (isConnector && pipeline !== undefined) {
      const ends = this.#connectors.get(id) ?? { into: [], outOf: [] };
      (list === 'exporters' ? ends.into : ends.outOf).push({ key: node.key, signal: pipeline.signal });
      this.#connectors.set(id, ends);
    }
    return node;
  }

  #node(draft: Omit<Draft<GraphNode>, 'type' | 'name' | 'path' | 'definedAt' | 'usedAt'>): Draft<GraphNode> {
    const { id, section, usePath } = draft;
    const parsed = parseComponentId(id);
    const ids = this.#defined.get(section);
    const written = ids === undefined || ids === 'unknown' ? id : (ids.get(id) ?? id);
    const path: ConfigPath = [section, written];
    const node: Draft<GraphNode> = {
      ...draft,
      type: parsed?.type ?? id,
      name: parsed?.name ?? '',
      path,
      definedAt: this.#linesOfDefinition(path),
      usedAt: usePath === null ? null : (this.#document.linesOf(usePath) ?? null),
    };
    this.#nodes.push(node);
    return node;
  }

  #linesOfDefinition(path: ConfigPath): LineRange | null {
    const key = path.join('\n');
    const known = this.#definitionLines.get(key);
    if (known !== undefined) return known;
    const lines = this.#document.linesOf(path) ?? null;
    this.#definitionLines.set(key, lines);
    return lines;
  }

  #isDefined(section: ComponentSection, id: string): boolean {
    const ids = this.#defined.get(section);
    return ids !== undefined && ids !== 'unknown' && ids.has(id);
  }

  #stateOf(id: string, sections: readonly ComponentSection[]): GraphNodeState {
    if (sections.some((section) => this.#isDefined(section, id))) return 'defined';
    return sections.some((section) => this.#defined.get(section) === 'unknown') ? 'unknown' : 'undefined';
  }

  // A component that stands twice in a list is two nodes.
  #keyOf(wanted: string): string {
    const count = (this.#keys.get(wanted) ?? 0) + 1;
    this.#keys.set(wanted, count);
    return count === 1 ? wanted : `${wanted}#${count}`;
  }

  #flow(pipeline: Pipeline, ...stages: readonly Draft<GraphNode>[][]): void {
    const [receivers = [], processors = [], exporters = []] = stages;
    const { id: lane, signal } = pipeline;
    const edge = (from: string, to: string): void => {
      const key = this.#keyOf(`${from}→${to}`);
      this.#edges.push({ key, from, to, kind: 'flow', lane, fromSignal: signal, toSignal: signal });
    };
    const chain = processors.map((node) => node.key);
    if (chain.length === 0 && receivers.length > 1 && exporters.length > 1)
      chain.push(this.#junction(`${lane}:junction`, lane));
    for (const [index, key] of chain.entries()) if (index > 0) edge(chain[index - 1] ?? key, key);
    const [first, last] = [chain[0], chain.at(-1)];
    if (first === undefined || last === undefined) {
      for (const from of receivers) for (const to of exporters) edge(from.key, to.key);
      return;
    }
    for (const from of receivers) edge(from.key, first);
    for (const to of exporters) edge(last, to.key);
  }

  #junction(key: string, lane: string | null): string {
    this.#junctions.push({ key, lane });
    return key;
  }

  /** Edges from lane to lane, once all lanes are known. */
  connect(): void {
    for (const [id, { into, outOf }] of this.#connectors) {
      const edge = (from: GraphEnd, to: GraphEnd): void => {
        const key = this.#keyOf(`${from.key}→${to.key}`);
        const signal = { fromSignal: from.signal, toSignal: to.signal };
        this.#edges.push({ key, from: from.key, to: to.key, kind: 'connector', lane: null, ...signal });
      };
      if (into.length < 2 || outOf.length < 2) {
        for (const from of into) for (const to of outOf) edge(from, to);
        continue;
      }
      const key = this.#junction(`connector:${id}:junction`, null);
      for (const from of into) edge(from, { key, signal: from.signal });
      for (const to of outOf) edge({ key, signal: to.signal }, to);
    }
  }

  extensions(list: UseList): void {
    for (const { id, path } of list.uses) this.#extensions.push(this.#use('extensions', id, path).key);
  }

  unused(): void {
    for (const { section, id } of findUnused(this.#document)) {
      const node = this.#node({
        key: this.#keyOf(`unused:${section}:${id.trim()}`),
        lane: null,
        role: roleOfSection[section],
        side: 'outside',
        section,
        id: id.trim(),
        place: this.#unused.length,
        usePath: null,
        isUsed: false,
        state: 'defined',
      });
      this.#unused.push(node.key);
    }
  }

  finish(findings: readonly Finding[]): PipelineGraph {
    const index = createFindingIndex(findings);
    const nodes = this.#nodes.map((node) => ({
      ...node,
      findings: [...index.take(node.path), ...(node.usePath === null ? [] : index.take(node.usePath))],
    }));
    const lanes = this.#lanes.toSorted((left, right) => rankOf(left.signal) - rankOf(right.signal));
    return {
      lanes: lanes.map((lane) => ({ ...lane, findings: index.takeRest(lane.path) })),
      nodes,
      junctions: this.#junctions,
      edges: this.#edges,
      extensions: this.#extensions,
      unused: this.#unused,
      findings: index.rest(),
    };
  }
}

interface GraphEnd {
  readonly key: string;
  readonly signal: string;
}

function rankOf(signal: string): number {
  const at = (signals as readonly string[]).indexOf(signal);
  return at === -1 ? signals.length : at;
}
