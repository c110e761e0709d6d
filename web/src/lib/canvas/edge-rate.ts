import type { GraphEdge, GraphNode } from '@ampora/collector-config';

/** Points per second by component and signal, as agents measure them at themselves. */
export type Throughput = ReadonlyMap<string, number>;

export function throughputKey(section: string, id: string, signal: string): string {
  return `${section}/${id} ${signal}`;
}

/** What flows over an edge, in points per second; null where nobody has measured it. */
export function rateOf(
  edge: GraphEdge,
  nodes: ReadonlyMap<string, GraphNode>,
  throughput: Throughput,
): number | null {
  const rate = (key: string, signal: string): number | null => {
    const node = nodes.get(key);
    return node === undefined ? null : (throughput.get(throughputKey(node.section, node.id, signal)) ?? null);
  };
  const to = nodes.get(edge.to);
  // An exporter counts what it sends; of all others, where it comes from says what flows.
  if (to?.side === 'end') return rate(edge.to, edge.toSignal) ?? rate(edge.from, edge.fromSignal);
  return rate(edge.from, edge.fromSignal) ?? rate(edge.to, edge.toSignal);
}

/** Width of a line in pixels: ten times as much flow is as much thicker again. */
export function strokeOf(rate: number | null): number {
  return rate === null || rate <= 0 ? 1.5 : Math.min(9, 1.5 + Math.log10(1 + rate) * 1.25);
}
