import type { LineRange } from '../parse-config.ts';
import type { GraphLane, GraphNode, PipelineGraph } from './graph-model.ts';

/** The lines to mark when something is pointed at: where it is used, and where it is defined. */
export function linesOf(node: GraphNode): readonly LineRange[] {
  return [node.usedAt, node.definedAt].filter((lines) => lines !== null);
}

/**
 * The nodes that a line is about: those used on it; else those whose definition it is part of, one for each lane that
 * uses the component. A list in brackets names several on one line, and all of them are given.
 */
export function nodesAtLine(graph: PipelineGraph, line: number): readonly GraphNode[] {
  const used = graph.nodes.filter((node) => covers(node.usedAt, line));
  return used.length > 0 ? used : graph.nodes.filter((node) => covers(node.definedAt, line));
}

/** The lane whose pipeline stands on this line. */
export function laneAtLine(graph: PipelineGraph, line: number): GraphLane | undefined {
  return graph.lanes.find((lane) => covers(lane.lines, line));
}

function covers(lines: LineRange | null, line: number): boolean {
  return lines !== null && lines.first <= line && line <= lines.last;
}
