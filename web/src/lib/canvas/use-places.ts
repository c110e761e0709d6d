import type { ComponentSection, GraphLane, PipelineGraph, PipelineRole } from '@ampora/collector-config';
import type { DropPlace } from './drop-place.ts';
import { fits, listOf, type Palette, type Piece, rolesOf, type UsePlace } from './plan-edits.ts';

/** A place where something can be put, as a menu offers it. */
export interface OfferedPlace {
  readonly word: string;
  readonly where: UsePlace;
  /** False where it stands already, and where its signal does not fit. */
  readonly isPossible: boolean;
}

/** Where a component can be put. One that is new may stand beside another of its type. */
export function placesFor(
  graph: PipelineGraph,
  palette: Palette,
  piece: Piece & { readonly isNew?: boolean },
): readonly OfferedPlace[] {
  return graph.lanes.flatMap((lane) =>
    rolesOf(piece.section).map((role) => ({
      word: wordFor(piece.section, lane, role),
      where: { lane, role },
      isPossible:
        fits(palette, piece, lane.signal, role) &&
        (piece.isNew === true || !stands(graph, piece, { lane, role })),
    })),
  );
}

function wordFor(section: ComponentSection, lane: GraphLane, role: PipelineRole): string {
  if (section !== 'connectors') return lane.key;
  return `${lane.key}: ${role === 'exporters' ? 'at its end' : 'at its start'}`;
}

function stands(graph: PipelineGraph, piece: Piece, { lane, role }: UsePlace): boolean {
  return graph.nodes.some(
    (node) =>
      node.lane === lane.key &&
      node.section === piece.section &&
      node.id === piece.id &&
      listOf(node) === role,
  );
}

/** Where something that was let go over a lane is to stand; null for what stands in no pipeline. */
export function placeOfDrop(drop: DropPlace, section: ComponentSection): UsePlace | null {
  const { lane, index, end } = drop;
  if (section === 'connectors') return { lane, role: end };
  const [role] = rolesOf(section);
  if (role === undefined) return null;
  return role === 'processors' ? { lane, role, index } : { lane, role };
}
