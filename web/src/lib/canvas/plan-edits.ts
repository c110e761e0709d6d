import type {
  ComponentSection,
  ConfigEdit,
  GraphEdge,
  GraphLane,
  GraphNode,
  PipelineGraph,
  PipelineRole,
} from '@ampora/collector-config';
import type { PaletteItem } from './drawing.ts';

/** What something done on the canvas does to the text, or why it does nothing. */
export type Plan =
  | { readonly kind: 'edits'; readonly edits: readonly ConfigEdit[]; readonly sentence: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** A component that is defined, or that is about to be. */
export interface Piece {
  readonly section: ComponentSection;
  readonly id: string;
}

/** Where in a pipeline something is to stand; at the end of the list when no place is named. */
export interface UsePlace {
  readonly lane: GraphLane;
  readonly role: PipelineRole;
  readonly index?: number;
}

export type Palette = readonly PaletteItem[];

const sectionOf: Readonly<Record<PaletteItem['kind'], ComponentSection>> = {
  receiver: 'receivers',
  processor: 'processors',
  exporter: 'exporters',
  connector: 'connectors',
  extension: 'extensions',
};

export function sectionOfKind(kind: PaletteItem['kind']): ComponentSection {
  return sectionOf[kind];
}

/** Which list of a pipeline a component stands in. A connector stands at either end. */
export function rolesOf(section: ComponentSection): readonly PipelineRole[] {
  if (section === 'connectors') return ['exporters', 'receivers'];
  return section === 'extensions' ? [] : [section];
}

/** The id as it is written in the text. */
export function writtenId(node: GraphNode): string {
  return String(node.path.at(-1) ?? node.id);
}

export function pipelineOf(lane: GraphLane): string {
  return String(lane.path.at(-1) ?? lane.key);
}

/** The list of its lane that names a node. */
export function listOf(node: GraphNode): PipelineRole {
  return node.side === 'start' ? 'receivers' : node.side === 'middle' ? 'processors' : 'exporters';
}

/** `batch`, or `batch/2` where that is taken. */
export function freeId(type: string, taken: Iterable<string>): string {
  const ids = new Set(taken);
  if (!ids.has(type)) return type;
  for (let number = 2; ; number += 1) if (!ids.has(`${type}/${number}`)) return `${type}/${number}`;
}

/** Whether a component can stand there; true as well for one that is not known. */
export function fits(palette: Palette, piece: Piece, signal: string, role: PipelineRole): boolean {
  const [type = ''] = piece.id.split('/');
  const item = palette.find((one) => sectionOf[one.kind] === piece.section && one.type === type.trim());
  if (item === undefined) return true;
  if (item.kind !== 'connector') return item.signals.includes(signal);
  return item.connectorPairs.some(({ from, to }) => (role === 'receivers' ? to : from) === signal);
}

/** Puts what is defined into a pipeline. */
export function planUse(graph: PipelineGraph, piece: Piece, { lane, role, index }: UsePlace): Plan {
  if (!rolesOf(piece.section).includes(role)) return refused(`${piece.id} does not belong under ${role}.`);
  if (usesIn(graph, lane, role).some(({ id }) => id === piece.id.trim()))
    return refused(`${piece.id} is in ${lane.key} already.`);
  const edit: ConfigEdit = {
    edit: 'add-to-pipeline',
    pipeline: pipelineOf(lane),
    role,
    id: piece.id,
    ...(index === undefined ? {} : { index }),
  };
  return done([edit], `Added ${piece.id} to ${lane.key}`);
}

/** Defines a component of a type, and puts it into a pipeline when one is named. */
export function planNew(graph: PipelineGraph, item: PaletteItem, where: UsePlace | null): Plan {
  const section = sectionOf[item.kind];
  const taken = graph.nodes.filter((node) => node.section === section).map(({ id }) => id);
  const id = freeId(item.type, taken);
  const define: ConfigEdit = { edit: 'add-component', section, id };
  if (section === 'extensions')
    return done([define, { edit: 'add-extension', id }], `Added the extension ${id}`);
  if (where === null) return done([define], `Defined ${id}`);
  const use = planUse(graph, { section, id }, where);
  return use.kind === 'refused' ? use : done([define, ...use.edits], use.sentence);
}

export function planNewPipeline(graph: PipelineGraph, signal: string): Plan {
  const id = freeId(
    signal,
    graph.lanes.map(({ key }) => key),
  );
  return done([{ edit: 'add-pipeline', id, receivers: [], exporters: [] }], `Added the pipeline ${id}`);
}

/** A socket drawn to another: what stands at its two ends says what is meant. */
export function planConnection(graph: PipelineGraph, fromKey: string, toKey: string): Plan {
  const [from, to] = [nodeOf(graph, fromKey), nodeOf(graph, toKey)];
  const fromLane = laneOf(graph, from?.lane ?? fromKey);
  const toLane = laneOf(graph, to?.lane ?? toKey);
  if (from !== undefined && from.lane !== null && from.lane === to?.lane) return planFollow(from, to);
  if (from !== undefined && toLane !== undefined && isSource(from))
    return planUse(graph, pieceOf(from), { lane: toLane, role: 'receivers' });
  if (to !== undefined && fromLane !== undefined && isTarget(to))
    return planUse(graph, pieceOf(to), { lane: fromLane, role: 'exporters' });
  if (from?.section === 'connectors' && toLane !== undefined)
    return planUse(graph, pieceOf(from), { lane: toLane, role: 'receivers' });
  if (to?.section === 'connectors' && fromLane !== undefined)
    return planUse(graph, pieceOf(to), { lane: fromLane, role: 'exporters' });
  if (to?.section === 'processors' && to.lane === null && fromLane !== undefined)
    return planUse(graph, pieceOf(to), { lane: fromLane, role: 'processors' });
  if (fromLane !== undefined && toLane !== undefined)
    return refused('One pipeline leads into another through a connector: add one to both.');
  return refused('These two cannot be connected.');
}

/** Makes one processor come right after another. */
function planFollow(from: GraphNode, to: GraphNode): Plan {
  if (from.side !== 'middle' || to.side !== 'middle')
    return refused('These two are in one pipeline already.');
  const target = from.place < to.place ? from.place + 1 : from.place;
  return planMove(to, target);
}

/** Moves a use within its list. */
export function planMove(node: GraphNode, to: number): Plan {
  if (node.lane === null || node.usePath === null) return refused('It stands in no pipeline.');
  const pipeline = String(node.usePath[2] ?? node.lane);
  if (to === node.place || to < 0) return refused('It stands there already.');
  return done(
    [{ edit: 'move-in-pipeline', pipeline, role: listOf(node), from: node.place, to }],
    `Moved ${node.id} in ${node.lane}`,
  );
}

/** Takes a use out of one pipeline and puts it into another. */
export function planMoveTo(graph: PipelineGraph, node: GraphNode, lane: GraphLane, index?: number): Plan {
  const role = listOf(node);
  const use = planUse(graph, pieceOf(node), {
    lane,
    role,
    ...(role === 'processors' && index !== undefined ? { index } : {}),
  });
  const out = planTakeOut(node);
  if (use.kind === 'refused' || out.kind === 'refused') return use.kind === 'refused' ? use : out;
  return done([...out.edits, ...use.edits], `Moved ${node.id} to ${lane.key}`);
}

export function planTakeOut(node: GraphNode): Plan {
  if (node.role === 'extension' && node.usePath !== null)
    return done([{ edit: 'remove-extension', id: node.id }], `Switched ${node.id} off`);
  if (node.lane === null || node.usePath === null) return refused('It stands in no pipeline.');
  const pipeline = String(node.usePath[2] ?? node.lane);
  return done(
    [{ edit: 'remove-from-pipeline', pipeline, role: listOf(node), index: node.place }],
    `Took ${node.id} out of ${node.lane}`,
  );
}

/** Takes an edge away, where that leaves no doubt about what goes. */
export function planDisconnection(graph: PipelineGraph, edge: GraphEdge): Plan {
  const [from, to] = [nodeOf(graph, edge.from), nodeOf(graph, edge.to)];
  if (edge.kind === 'connector') return to === undefined ? planOf(from) : planTakeOut(to);
  if (from?.side === 'middle' && to?.side === 'middle')
    return refused('Processors follow each other in the order of the list: move one, or take it out.');
  const receivers = graph.lanes.find(({ key }) => key === edge.lane)?.receivers.length ?? 0;
  const exporters = graph.lanes.find(({ key }) => key === edge.lane)?.exporters.length ?? 0;
  if (from?.side === 'start' && to?.side === 'end')
    return planTakeOut(exporters > 1 || receivers < 2 ? to : from);
  if (to?.side === 'end') return planTakeOut(to);
  return planOf(from?.side === 'start' ? from : undefined);
}

function planOf(node: GraphNode | undefined): Plan {
  return node === undefined ? refused('Choose the component that should go.') : planTakeOut(node);
}

export function planDelete(node: GraphNode): Plan {
  if (node.state === 'undefined') return planTakeOut(node);
  return done(
    [{ edit: 'remove-component', section: node.section, id: writtenId(node), withUses: true }],
    `Deleted ${node.id}`,
  );
}

const idPattern = /^[a-zA-Z][0-9a-zA-Z_]{0,62}(\/[^\s/][^\s]*)?$/;

export function planRename(node: GraphNode, to: string): Plan {
  const name = to.trim();
  if (name === node.id) return refused('It has that name already.');
  if (!idPattern.test(name) || name.split('/')[0] !== node.type)
    return refused(`A name is ${node.type}, or ${node.type}/ and a word without spaces.`);
  return done(
    [{ edit: 'rename-component', section: node.section, id: writtenId(node), to: name }],
    `Renamed ${node.id} to ${name}`,
  );
}

export function planRemovePipeline(lane: GraphLane): Plan {
  return done([{ edit: 'remove-pipeline', id: pipelineOf(lane) }], `Removed the pipeline ${lane.key}`);
}

export function pieceOf(node: GraphNode): Piece {
  return { section: node.section, id: node.id };
}

export function nodeOf(graph: PipelineGraph, key: string): GraphNode | undefined {
  return graph.nodes.find((node) => node.key === key);
}

export function laneOf(graph: PipelineGraph, key: string): GraphLane | undefined {
  return graph.lanes.find((lane) => lane.key === key);
}

function usesIn(graph: PipelineGraph, lane: GraphLane, role: PipelineRole): readonly GraphNode[] {
  const keys = new Set(lane[role]);
  return graph.nodes.filter(({ key }) => keys.has(key));
}

function isSource(node: GraphNode): boolean {
  return node.section === 'receivers';
}

function isTarget(node: GraphNode): boolean {
  return node.section === 'exporters';
}

function done(edits: readonly ConfigEdit[], sentence: string): Plan {
  return { kind: 'edits', edits, sentence };
}

function refused(reason: string): Plan {
  return { kind: 'refused', reason };
}
