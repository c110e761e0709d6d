import type { GraphLane, GraphLayout, PipelineGraph, PipelineRole } from '@ampora/collector-config';

export interface DropPlace {
  readonly lane: GraphLane;
  /** Place among the processors, those that are moved not counted. */
  readonly index: number;
  /** The end of the lane that is nearer. */
  readonly end: Extract<PipelineRole, 'receivers' | 'exporters'>;
}

/** What is below a point of the drawing; null outside of all lanes. */
export function dropPlaceAt(
  graph: PipelineGraph,
  layout: GraphLayout,
  point: { readonly x: number; readonly y: number },
  moved?: string,
): DropPlace | null {
  const box = layout.lanes.find(
    ({ kind, x, y, width, height }) =>
      kind === 'lane' && point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height,
  );
  const lane = box && graph.lanes.find(({ key }) => key === box.key);
  if (lane === undefined || box === undefined) return null;
  const index = lane.processors.filter((key) => {
    const at = layout.nodes.get(key);
    return key !== moved && at !== undefined && at.x + at.width / 2 < point.x;
  }).length;
  return { lane, index, end: point.x < box.x + box.width / 2 ? 'receivers' : 'exporters' };
}
