// Runs in the text worker.
import {
  buildGraph,
  type ConfigDocument,
  type ConfigPath,
  type ConfigValue,
  createEditability,
  describeGraph,
  diffSemantics,
  isConfigList,
  isConfigMap,
  layoutGraph,
  type ParsedConfig,
  parseConfig,
  type PipelineGraph,
  renderGraphSvg,
  type SemanticChangeKind,
} from '@ampora/collector-config';
import type { CanvasWork, Drawing, Lock } from './drawing.ts';

/** More lines than this are not left out one by one: such a text is no half-written one. */
const mostLeftOut = 12;
/** Settings of one configuration that are asked whether they can be edited. */
const mostAsked = 5_000;

export function drawText({ text, findings, withLocks }: CanvasWork['draw']['asked']): Drawing | null {
  const read = readAsFarAsPossible(text);
  if (read === null) return null;
  const graph = buildGraph(read.document, findings);
  return {
    graph,
    layout: layoutGraph(graph),
    description: describeGraph(graph),
    locks: withLocks && read.without.length === 0 ? locksOf(text, read.document, graph) : new Map(),
    without: read.without,
  };
}

export function drawSvg({ text, findings, theme, title }: CanvasWork['svg']['asked']): string | null {
  const read = readAsFarAsPossible(text);
  return read === null ? null : renderGraphSvg(buildGraph(read.document, findings), { theme, title });
}

interface Read {
  readonly document: ConfigDocument;
  readonly without: readonly number[];
}

/** Leaves out lines that cannot be read, so that the picture stays while one of them is being written. */
export function readAsFarAsPossible(text: string): Read | null {
  const lines = text.split('\n');
  const without: number[] = [];
  let parsed = parseConfig(text);
  while (!parsed.ok) {
    const faulty = faultOf(parsed, lines);
    if (faulty === null || without.length === mostLeftOut) return null;
    // Where a bracket stays open, what is wrong is the line that opened it.
    const opened = findOpened(lines, faulty);
    const tries = [faulty, ...(opened === null || opened === faulty ? [] : [opened])].map((line) => {
      const rest = lines.with(line - 1, '');
      const read = parseConfig(rest.join('\n'));
      return { line, read, reach: read.ok ? Infinity : (faultOf(read, rest) ?? 0) };
    });
    const best = tries.reduce((one, other) => (other.reach > one.reach ? other : one));
    lines[best.line - 1] = '';
    without.push(best.line);
    parsed = best.read;
  }
  return { document: parsed.document, without };
}

/** The first line that is at fault; null when it is not a matter of lines. */
function faultOf(parsed: ParsedConfig, lines: readonly string[]): number | null {
  if (parsed.ok) return null;
  const found = parsed.problems.find(
    ({ kind, line }) =>
      (kind === 'syntax' || kind === 'duplicate-key' || kind === 'alias') && lines[line - 1]?.trim() !== '',
  );
  return found?.line ?? null;
}

/** The last line up to this one that opens more brackets than it closes. */
function findOpened(lines: readonly string[], until: number): number | null {
  for (let line = Math.min(until, lines.length); line >= 1; line -= 1) {
    const bare = (lines[line - 1] ?? '').replace(/"[^"]*"|'[^']*'/g, '').replace(/(^|\s)#.*$/, '');
    if (bare.replace(/[^[{]/g, '').length > bare.replace(/[^\]}]/g, '').length) return line;
  }
  return null;
}

function locksOf(text: string, { root }: ConfigDocument, graph: PipelineGraph): ReadonlyMap<string, Lock> {
  const askAt = createEditability(text);
  let left = mostAsked;
  const lockAt = (path: ConfigPath): string | null => {
    left -= 1;
    const answer = askAt(path);
    return answer.editable ? null : answer.message;
  };
  const lockBelow = (path: ConfigPath, value: ConfigValue | undefined): string | null => {
    const keys = isConfigMap(value) ? Object.keys(value) : isConfigList(value) ? [...value.keys()] : [];
    for (const key of keys) {
      if (left <= 0) return null;
      const found = lockAt([...path, key]) ?? lockBelow([...path, key], memberAt(value, key));
      if (found !== null) return found;
    }
    return null;
  };
  const locks = new Map<string, Lock>();
  const byPath = new Map<string, Lock | null>();
  const lockOf = (path: ConfigPath): Lock | null => {
    const key = path.join('\n');
    const known = byPath.get(key);
    if (known !== undefined) return known;
    const whole = lockAt(path);
    const value = path.reduce<ConfigValue | undefined>((at, step) => memberAt(at, step), root);
    const part = whole === null ? lockBelow(path, value) : null;
    const lock =
      whole !== null
        ? { message: whole, isPartial: false }
        : part !== null
          ? { message: part, isPartial: true }
          : null;
    byPath.set(key, lock);
    return lock;
  };
  for (const node of graph.nodes) {
    const lock = lockOf(node.path);
    if (lock !== null) locks.set(node.key, lock);
  }
  for (const lane of graph.lanes) {
    const lock = lockOf(lane.path);
    if (lock !== null) locks.set(lane.key, lock);
  }
  return locks;
}

function memberAt(value: ConfigValue | undefined, step: string | number): ConfigValue | undefined {
  if (typeof step === 'number') return isConfigList(value) ? value[step] : undefined;
  return isConfigMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** The worst that happened to each component, use and pipeline; empty when one of the texts cannot be read. */
export function drawDifferences({
  before,
  after,
}: CanvasWork['differences']['asked']): CanvasWork['differences']['answer'] {
  const [was, is] = [parseConfig(before), parseConfig(after)];
  if (!was.ok || !is.ok) return new Map();
  const [old, now] = [buildGraph(was.document), buildGraph(is.document)];
  const [oldKeys, nowKeys] = [keysOf(old), keysOf(now)];
  const changed = new Map<string, SemanticChangeKind>();
  for (const key of nowKeys) if (!oldKeys.has(key)) changed.set(key, 'added');
  for (const key of oldKeys) if (!nowKeys.has(key)) changed.set(key, 'removed');
  const touched = new Set(
    diffSemantics(was.document, is.document)
      .flatMap(({ to, from }) => [to, from])
      .flatMap((path) => (path === null ? [] : [path.slice(0, 2).join('\n')])),
  );
  for (const node of now.nodes)
    if (!changed.has(node.key) && touched.has(node.path.join('\n'))) changed.set(node.key, 'modified');
  return changed;
}

function keysOf({ lanes, nodes }: PipelineGraph): ReadonlySet<string> {
  return new Set([...lanes, ...nodes].map(({ key }) => key));
}
