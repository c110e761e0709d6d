import type { FindingSeverity } from '../finding.ts';
import type { GraphEdge, GraphLane, GraphNode, PipelineGraph } from './graph-model.ts';
import type { Box, GraphLayout, LaneBox } from './layout-graph.ts';
import { graphMeasures, layoutGraph } from './layout-graph.ts';

export interface GraphSvgOptions {
  readonly theme?: 'light' | 'dark';
  /** Read out by screen readers, and shown as the document's title. */
  readonly title: string;
  readonly layout?: GraphLayout;
}

interface Palette {
  readonly page: string;
  readonly lane: string;
  readonly node: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly error: string;
  readonly warning: string;
  readonly signals: Readonly<Record<string, string>>;
}

const palettes: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    page: '#ffffff',
    lane: '#f5f6f8',
    node: '#ffffff',
    ink: '#1c2330',
    quiet: '#5b6472',
    line: '#c3c9d3',
    error: '#b3261e',
    warning: '#8a5a00',
    signals: { traces: '#1f5fbf', metrics: '#1a7f37', logs: '#9a4d00', profiles: '#8250c8' },
  },
  dark: {
    page: '#12161d',
    lane: '#1a2029',
    node: '#232b36',
    ink: '#e8ecf2',
    quiet: '#9aa5b5',
    line: '#3b4656',
    error: '#ff8a80',
    warning: '#f2c14e',
    signals: { traces: '#7fb0ff', metrics: '#6fd58b', logs: '#ffb26b', profiles: '#c7a6ff' },
  },
};

/** The graph as one self-contained SVG document: no scripts, no fonts or styles from elsewhere. */
export function renderGraphSvg(graph: PipelineGraph, options: GraphSvgOptions): string {
  const layout = options.layout ?? layoutGraph(graph);
  const palette = palettes[options.theme ?? 'light'];
  const lanes = new Map(graph.lanes.map((lane) => [lane.key, lane]));
  const boxes = new Map([...layout.nodes, ...layout.junctions]);
  const { width, height } = layout;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="graph-title graph-desc" font-family="system-ui, sans-serif" font-size="13">`,
    `<title id="graph-title">${escape(options.title)}</title>`,
    `<desc id="graph-desc">${escape(describeGraph(graph))}</desc>`,
    `<rect width="${width}" height="${height}" fill="${palette.page}"/>`,
    ...layout.lanes.map((box) => drawLane(box, lanes.get(box.key), palette)),
    ...graph.edges.map((edge) => drawEdge(edge, boxes, palette)),
    ...[...layout.junctions.values()].map((box) => drawJunction(box, palette)),
    ...graph.nodes.map((node) => drawNode(node, layout.nodes.get(node.key), lanes, palette)),
    '</svg>',
    '',
  ].join('\n');
}

/** The graph in words, lane by lane: what a reader without the picture gets. */
export function describeGraph(graph: PipelineGraph): string {
  const idOf = new Map(graph.nodes.map((node) => [node.key, node.id]));
  const names = (keys: readonly string[]): string => keys.map((key) => idOf.get(key) ?? key).join(', ');
  const lanes = graph.lanes.map((lane) => {
    const through = lane.processors.length > 0 ? `, through ${names(lane.processors)}` : '';
    return `Pipeline ${lane.key}: from ${names(lane.receivers) || 'nothing'}${through}, to ${names(lane.exporters) || 'nothing'}.`;
  });
  const unused = graph.unused.length > 0 ? [`Defined and not used: ${names(graph.unused)}.`] : [];
  return lanes.length + unused.length === 0 ? 'There is no pipeline.' : [...lanes, ...unused].join(' ');
}

function drawLane(box: LaneBox, lane: GraphLane | undefined, palette: Palette): string {
  const isFaulty = lane?.findings.some((finding) => finding.severity === 'error') ?? false;
  const colour = lane === undefined ? palette.quiet : colourOf(lane.signal, palette);
  const labels = { lane: box.key, extensions: 'extensions', unused: 'unused' } as const;
  const label = labels[box.kind] + (lane?.isPartial === true ? ' (partly unknown)' : '');
  return [
    rect(box, { radius: 8, fill: palette.lane, stroke: isFaulty ? palette.error : palette.line }),
    `<rect x="${box.x}" y="${box.y + 8}" width="4" height="${box.height - 16}" rx="2" fill="${colour}"/>`,
    text([box.x + graphMeasures.lanePadding, box.y + 19], label, {
      fill: colour,
      more: 'font-weight="600"',
      room: 90,
    }),
  ].join('');
}

function drawNode(
  node: GraphNode,
  box: Box | undefined,
  lanes: ReadonlyMap<string, GraphLane>,
  palette: Palette,
): string {
  if (box === undefined) return '';
  const worst = worstOf(node);
  const lane = node.lane === null ? undefined : lanes.get(node.lane);
  const edge = node.state === 'undefined' ? 'error' : worst;
  const stroke =
    edge === undefined || edge === 'info'
      ? lane === undefined
        ? palette.line
        : colourOf(lane.signal, palette)
      : palette[edge];
  const isFaint = !node.isUsed || node.state !== 'defined';
  const state = node.state === 'defined' ? (node.isUsed ? '' : ' · unused') : ` · ${node.state}`;
  const about = [`${node.role} ${node.id}${state}`, ...node.findings.map((one) => one.message)].join('\n');
  return [
    `<g${node.isUsed ? '' : ' opacity="0.75"'}><title>${escape(about)}</title>`,
    rect(box, { radius: 6, fill: palette.node, stroke, more: isFaint ? ' stroke-dasharray="4 3"' : '' }),
    text([box.x + 10, box.y + 19], node.id, { fill: palette.ink, more: 'font-weight="600"', room: 19 }),
    text([box.x + 10, box.y + 35], `${node.role}${state}`, {
      fill: palette.quiet,
      more: 'font-size="11"',
      room: 26,
    }),
    worst === undefined || worst === 'info' ? '' : drawWarning(box, palette[worst]),
    '</g>',
  ].join('');
}

function drawWarning(box: Box, colour: string): string {
  const x = box.x + box.width - 16;
  const y = box.y + 16;
  return `<circle cx="${x}" cy="${y}" r="8" fill="${colour}"/><path d="M${x} ${y - 4}v4.5M${x} ${y + 3.4}v.6" stroke="#fff" stroke-width="2" stroke-linecap="round"/>`;
}

function drawJunction(box: Box, palette: Palette): string {
  const radius = box.width / 2;
  return `<circle cx="${box.x + radius}" cy="${box.y + radius}" r="${radius}" fill="${palette.quiet}"/>`;
}

function drawEdge(edge: GraphEdge, boxes: ReadonlyMap<string, Box>, palette: Palette): string {
  const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
  if (from === undefined || to === undefined) return '';
  const dash = edge.kind === 'connector' ? ' stroke-dasharray="6 4"' : '';
  const colour = colourOf(edge.toSignal, palette);
  return `<path d="${edgePath(from, to)}" fill="none" stroke="${colour}" stroke-opacity="0.7" stroke-width="1.5"${dash}/>`;
}

/**
 * The curve from the right side of one box to the left side of another, as the `d` of an SVG path; to a box that stands
 * to its left, as a connector's next lane may begin, from top or bottom.
 */
export function edgePath(from: Box, to: Box): string {
  if (to.x < from.x + from.width) return backPath(from, to);
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  const reach = Math.max(24, Math.min(120, Math.abs(x2 - x1) / 2));
  return `M${x1} ${y1}C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`;
}

function backPath(from: Box, to: Box): string {
  const isDown = to.y > from.y;
  const [x1, x2] = [from.x + from.width / 2, to.x + to.width / 2];
  const [y1, y2] = isDown ? [from.y + from.height, to.y] : [from.y, to.y + to.height];
  const reach = Math.max(24, Math.min(120, Math.abs(y2 - y1) / 2)) * (isDown ? 1 : -1);
  return `M${x1} ${y1}C${x1} ${y1 + reach} ${x2} ${y2 - reach} ${x2} ${y2}`;
}

function worstOf(node: GraphNode): FindingSeverity | undefined {
  return (['error', 'warning', 'info'] as const).find((severity) =>
    node.findings.some((finding) => finding.severity === severity),
  );
}

function colourOf(signal: string, palette: Palette): string {
  return Object.hasOwn(palette.signals, signal) ? (palette.signals[signal] ?? palette.quiet) : palette.quiet;
}

interface RectLook {
  readonly radius: number;
  readonly fill: string;
  readonly stroke: string;
  readonly more?: string;
}

function rect(box: Box, { radius, fill, stroke, more = '' }: RectLook): string {
  return `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="${radius}" fill="${fill}" stroke="${stroke}"${more}/>`;
}

interface TextLook {
  readonly fill: string;
  readonly more: string;
  /** Characters that there is room for. */
  readonly room: number;
}

function text(place: readonly [x: number, y: number], label: string, { fill, more, room }: TextLook): string {
  const letters = [...label];
  const shown = letters.length > room ? `${letters.slice(0, room - 1).join('')}…` : label;
  return `<text x="${place[0]}" y="${place[1]}" fill="${fill}" ${more}>${escape(shown)}</text>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
// XML 1.0 has no way to write most control characters.
const forbidden = new RegExp('[\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\uFFFE\\uFFFF]', 'g');

function escape(label: string): string {
  return label.replaceAll(forbidden, '\uFFFD').replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
