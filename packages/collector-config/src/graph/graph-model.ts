import type { ComponentSection } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import type { Finding } from '../finding.ts';
import type { LineRange } from '../parse-config.ts';

/** What a component does where it stands. A connector ends one lane and starts another. */
export type GraphRole = 'receiver' | 'processor' | 'exporter' | 'extension' | 'connector';

/**
 * `defined`: its section defines it. `undefined`: a pipeline names it and nothing defines it. `unknown`: it may be
 * defined behind a reference (`${file:…}`) that only the agent's host resolves.
 */
export type GraphNodeState = 'defined' | 'undefined' | 'unknown';

/** One use of a component in a lane, or a component that stands in none. */
export interface GraphNode {
  /** Stable while the component stays in its lane, whatever its place there. Unique in the graph. */
  readonly key: string;
  /** Key of its lane (the pipeline's id), null for extensions and for what no pipeline uses. */
  readonly lane: string | null;
  readonly role: GraphRole;
  /** Side of the lane on which it is used; a connector is at the end of one lane and at the start of another. */
  readonly side: 'start' | 'middle' | 'end' | 'outside';
  /** The section that defines it, or that would have to. */
  readonly section: ComponentSection;
  readonly id: string;
  readonly type: string;
  /** Text after the slash, empty when there is none. */
  readonly name: string;
  /** Its place in the list that names it, from 0. */
  readonly place: number;
  readonly state: GraphNodeState;
  readonly isUsed: boolean;
  /** Of its definition, `processors.batch`. */
  readonly path: ConfigPath;
  /** Of the item that names it, `service.pipelines.traces.processors[0]`; null when nothing does. */
  readonly usePath: ConfigPath | null;
  /** Null when it is not defined in this text. */
  readonly definedAt: LineRange | null;
  readonly usedAt: LineRange | null;
  /** What was found at its definition or at its use. */
  readonly findings: readonly Finding[];
}

export interface GraphLane {
  /** The pipeline's id. */
  readonly key: string;
  readonly signal: string;
  /** Text after the slash, empty when there is none. */
  readonly name: string;
  readonly path: ConfigPath;
  readonly lines: LineRange | null;
  /** True when a reference stands in place of the pipeline or of one of its lists: more may run than is shown. */
  readonly isPartial: boolean;
  /** Keys of nodes in the order of the text. */
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
  /** What was found at the pipeline itself, at none of its nodes. */
  readonly findings: readonly Finding[];
}

/**
 * A meeting point of many edges, drawn as a dot: n receivers and m exporters without a processor between them make
 * n + m edges, not n × m.
 */
export interface GraphJunction {
  readonly key: string;
  /** The lane in which it stands, null for one of a connector between lanes. */
  readonly lane: string | null;
}

export interface GraphEdge {
  readonly key: string;
  /** Keys of nodes or junctions. */
  readonly from: string;
  readonly to: string;
  readonly kind: 'flow' | 'connector';
  /** The lane it belongs to; null for an edge of a connector from lane to lane. */
  readonly lane: string | null;
  /** Signal at its start and at its end; they differ only where a connector turns one into the other. */
  readonly fromSignal: string;
  readonly toSignal: string;
}

/** A configuration as lanes of components, as it is drawn. */
export interface PipelineGraph {
  /** Grouped by signal (traces, metrics, logs, profiles, others), in the order of the text within a signal. */
  readonly lanes: readonly GraphLane[];
  readonly nodes: readonly GraphNode[];
  readonly junctions: readonly GraphJunction[];
  readonly edges: readonly GraphEdge[];
  /** Keys of the nodes of `service.extensions`, in its order. */
  readonly extensions: readonly string[];
  /** Keys of the nodes that are defined and that nothing uses. */
  readonly unused: readonly string[];
  /** What was found at no lane and at no node. */
  readonly findings: readonly Finding[];
}
