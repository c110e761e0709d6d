import type { GraphLane, PipelineGraph } from './graph-model.ts';

/** A rectangle in pixels, from the top left corner of the drawing. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LaneBox extends Box {
  /** Key of the lane, or `extensions` and `unused` for the strips below the lanes. */
  readonly key: string;
  readonly kind: 'lane' | 'extensions' | 'unused';
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly LaneBox[];
  /** By node key. */
  readonly nodes: ReadonlyMap<string, Box>;
  /** By junction key: small boxes around a dot. */
  readonly junctions: ReadonlyMap<string, Box>;
}

export const graphMeasures = {
  nodeWidth: 168,
  nodeHeight: 44,
  columnGap: 56,
  rowGap: 12,
  lanePadding: 16,
  laneHeader: 28,
  laneGap: 16,
  margin: 16,
  junction: 10,
} as const;

const { nodeWidth, nodeHeight, columnGap, rowGap, lanePadding, laneHeader, laneGap, margin } = graphMeasures;
const columnStep = nodeWidth + columnGap;
const rowStep = nodeHeight + rowGap;

/**
 * Coordinates: lanes from top to bottom, in a lane from left to right receivers, processors in their order, connectors,
 * exporters. Exporters of all lanes share a column, so that the eye finds what leaves. Deterministic, and linear.
 */
export function layoutGraph(graph: PipelineGraph): GraphLayout {
  const layout = new Layout(graph);
  for (const lane of graph.lanes) layout.lane(lane);
  layout.strip('extensions', graph.extensions);
  layout.strip('unused', graph.unused);
  return layout.finish();
}

class Layout {
  readonly #graph: PipelineGraph;
  readonly #isConnector: ReadonlySet<string>;
  readonly #junctionOf: ReadonlyMap<string | null, string>;
  readonly #lanes: LaneBox[] = [];
  readonly #nodes = new Map<string, Box>();
  readonly #junctions = new Map<string, Box>();
  readonly #connectorColumn: number;
  readonly #exporterColumn: number;
  readonly #width: number;
  #top = margin;

  constructor(graph: PipelineGraph) {
    this.#graph = graph;
    this.#isConnector = new Set(
      graph.nodes.filter((node) => node.section === 'connectors').map((node) => node.key),
    );
    this.#junctionOf = new Map(graph.junctions.map(({ key, lane }) => [lane, key]));
    const middle = graph.lanes.reduce((most, lane) => Math.max(most, middleColumnsOf(lane)), 0);
    const hasEndConnector = graph.lanes.some((lane) =>
      lane.exporters.some((key) => this.#isConnector.has(key)),
    );
    this.#connectorColumn = 1 + middle;
    this.#exporterColumn = this.#connectorColumn + (hasEndConnector ? 1 : 0);
    this.#width = 2 * lanePadding + (this.#exporterColumn + 1) * columnStep - columnGap;
  }

  lane(lane: GraphLane): void {
    const connectors = lane.exporters.filter((key) => this.#isConnector.has(key));
    const exporters = lane.exporters.filter((key) => !this.#isConnector.has(key));
    // Connectors stand below the exporters, not before them: no edge passes behind a node that it does not end at.
    const ends = exporters.length + connectors.length;
    const rows = Math.max(1, lane.receivers.length, ends);
    const top = this.#openLane(lane.key, 'lane', rows);
    this.#column(0, lane.receivers, top, rows);
    for (const [index, key] of lane.processors.entries()) this.#column(1 + index, [key], top, rows);
    const firstEnd = top + ((rows - ends) * rowStep) / 2;
    this.#stack(this.#exporterColumn, exporters, firstEnd);
    this.#stack(this.#connectorColumn, connectors, firstEnd + exporters.length * rowStep);
    const junction = this.#junctionOf.get(lane.key);
    if (junction !== undefined) this.#dot(junction, 1, top + (rows * rowStep - rowGap) / 2);
  }

  /** A strip of nodes below the lanes, in as many rows as it takes. */
  strip(kind: 'extensions' | 'unused', keys: readonly string[]): void {
    if (keys.length === 0) return;
    const perRow = this.#exporterColumn + 1;
    const top = this.#openLane(kind, kind, Math.ceil(keys.length / perRow));
    for (const [index, key] of keys.entries())
      this.#place(key, index % perRow, top + Math.floor(index / perRow) * rowStep);
  }

  finish(): GraphLayout {
    this.#dotsBetween();
    const height = this.#lanes.length === 0 ? 2 * margin : this.#top - laneGap + margin;
    return {
      width: this.#width + 2 * margin,
      height,
      lanes: this.#lanes,
      nodes: this.#nodes,
      junctions: this.#junctions,
    };
  }

  #openLane(key: string, kind: LaneBox['kind'], rows: number): number {
    const height = laneHeader + rows * rowStep - rowGap + lanePadding;
    this.#lanes.push({ key, kind, x: margin, y: this.#top, width: this.#width, height });
    const top = this.#top + laneHeader;
    this.#top += height + laneGap;
    return top;
  }

  #column(column: number, keys: readonly string[], top: number, rows: number): void {
    this.#stack(column, keys, top + ((rows - keys.length) * rowStep) / 2);
  }

  #stack(column: number, keys: readonly string[], start: number): void {
    for (const [index, key] of keys.entries()) this.#place(key, column, start + index * rowStep);
  }

  #place(key: string, column: number, y: number): void {
    const x = margin + lanePadding + column * columnStep;
    this.#nodes.set(key, { x, y, width: nodeWidth, height: nodeHeight });
  }

  #dot(key: string, column: number, centreY: number): void {
    const size = graphMeasures.junction;
    const x = margin + lanePadding + column * columnStep;
    this.#junctions.set(key, { x, y: centreY - size / 2, width: size, height: size });
  }

  /** Junctions of connectors: in the gap after the connectors, so that they lie on no node. */
  #dotsBetween(): void {
    const centres = new Map<string, number[]>(
      this.#graph.junctions.filter(({ lane }) => lane === null).map(({ key }) => [key, []]),
    );
    for (const { from, to } of this.#graph.edges)
      for (const [key, other] of [
        [from, to],
        [to, from],
      ] as const) {
        const box = centres.has(key) ? this.#nodes.get(other) : undefined;
        if (box !== undefined) centres.get(key)?.push(box.y + box.height / 2);
      }
    for (const [key, at] of centres) {
      this.#dot(key, this.#connectorColumn + 1, at.reduce((sum, y) => sum + y, 0) / Math.max(1, at.length));
      const dot = this.#junctions.get(key);
      if (dot !== undefined) this.#junctions.set(key, { ...dot, x: dot.x - (columnGap + dot.width) / 2 });
    }
  }
}

function middleColumnsOf(lane: GraphLane): number {
  if (lane.processors.length > 0) return lane.processors.length;
  return lane.receivers.length > 1 && lane.exporters.length > 1 ? 1 : 0;
}
