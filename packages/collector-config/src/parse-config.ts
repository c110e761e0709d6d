import type { CST, Document, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';

import type { ConfigPath } from './config-path.ts';
import { toPathText } from './config-path.ts';
import type { ConfigMap, ConfigValue } from './config-value.ts';
import { isConfigMap, setMember } from './config-value.ts';
import { explainSyntaxError } from './explain-syntax-error.ts';
import { findTextProblem } from './find-text-problem.ts';
import { readPlainScalar } from './read-scalar.ts';
import type { Position, TextRange } from './text-positions.ts';
import { createTextPositions, endOfWord, endOnLine } from './text-positions.ts';

/** Why a text is no configuration. `empty` is its own kind: such a text stops a supervised Collector. */
export type ConfigProblemKind =
  | 'syntax'
  | 'duplicate-key'
  | 'encoding'
  | 'too-large'
  | 'too-complex'
  | 'too-deep'
  | 'alias'
  | 'not-a-mapping'
  | 'multiple-documents'
  | 'empty';

export interface ConfigProblem extends TextRange {
  readonly kind: ConfigProblemKind;
  readonly message: string;
  /** Path text of the value concerned, where it is known. */
  readonly path?: string;
}

export interface ConfigDocument {
  readonly root: ConfigMap;
  /** Where the key (or list item) at this path stands; of a path that is not there, the nearest ancestor. */
  readonly positionOf: (path: ConfigPath) => Position;
  /** The extent of the key (or list item) at this path, or of its value, cut to the line where it starts. */
  readonly rangeOf: (path: ConfigPath, part?: 'key' | 'value') => TextRange;
  /** First and last line of the whole member at this path, its key included; undefined when there is none. */
  readonly linesOf: (path: ConfigPath) => LineRange | undefined;
  /** The text that was read. */
  readonly text: string;
}

/** Lines count from 1, both included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export type ParsedConfig =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export interface ParseLimits {
  /** Size as UTF-8. Default 10 MiB. */
  readonly maxBytes?: number;
  /** Mappings and lists inside each other, the root counting as 1. Default 100. */
  readonly maxDepth?: number;
  /** YAML tokens (words, indents, line ends), about 7 per line. Default 250 000. */
  readonly maxTokens?: number;
  /** Values after aliases are followed. Default 100 000. */
  readonly maxValues?: number;
}

const maxProblems = 20;

/**
 * Reads one configuration text. Never throws, and never works for long: the text is tokenised lazily and given up at
 * `maxBytes`, `maxTokens` or `maxDepth`, whichever comes first; composing and walking cost a constant per token; keys
 * are compared by hash; an alias shares its value instead of copying it, and is charged what it would expand to.
 * The worst texts found at the default limits (10 MiB of one block scalar) took 2 s on a slow core, a usual text 1 ms.
 */
export function parseConfig(text: string, limits: ParseLimits = {}): ParsedConfig {
  const { maxBytes = 10 * 1024 * 1024, maxDepth = 100, maxTokens = 250_000, maxValues = 100_000 } = limits;
  const wrong = findTextProblem(text, maxBytes);
  if (wrong !== undefined) {
    const place =
      wrong.kind === 'too-large' ? { line: 1, column: 1 } : createTextPositions(text)(wrong.offset);
    const end = { endLine: place.line, endColumn: place.column + 1 };
    return { ok: false, problems: [{ kind: wrong.kind, ...place, ...end, message: wrong.message }] };
  }
  const positionAt = createTextPositions(text);
  const rangeAt = (start: number, end: number): TextRange => {
    const last = positionAt(Math.max(end, start));
    return { ...positionAt(start), endLine: last.line, endColumn: last.column };
  };
  const problems = new Problems((offset) => rangeAt(offset, endOfWord(text, offset)));
  const yaml = readDocument(text, { maxDepth, maxTokens }, problems);
  if (problems.any() || yaml === undefined) return { ok: false, problems: problems.list() };

  const walk = new Walk({ maxDepth, maxValues }, problems);
  const root = walk.read(yaml.contents, [], 1).value;
  if (!problems.any() && root === null)
    problems.add(
      'empty',
      0,
      'The configuration is empty. An empty configuration stops a supervised Collector.',
    );
  if (!problems.any() && !isConfigMap(root))
    problems.add('not-a-mapping', yaml.contents?.range?.[0] ?? 0, describeWrongRoot(root));
  if (problems.any() || !isConfigMap(root)) return { ok: false, problems: problems.list() };

  const rootOffset = yaml.contents?.range?.[0] ?? 0;
  const rangeOf: ConfigDocument['rangeOf'] = (path, part = 'key') => {
    const place = placeOf(path, root, walk.places);
    if (place === undefined) return rangeAt(rootOffset, endOfWord(text, rootOffset));
    const [start, end] = part === 'key' ? [place.start, place.end] : [place.valueStart, place.valueEnd];
    return rangeAt(start, endOnLine(text, start, end));
  };
  const positionOf: ConfigDocument['positionOf'] = (path) =>
    positionAt(placeOf(path, root, walk.places)?.start ?? rootOffset);
  const linesOf: ConfigDocument['linesOf'] = (path) => {
    const place = placeOf(path, root, walk.places, 'exact');
    if (place === undefined) return undefined;
    const end = place.start + text.slice(place.start, Math.max(place.end, place.valueEnd)).trimEnd().length;
    return { first: positionAt(place.start).line, last: positionAt(Math.max(place.start, end - 1)).line };
  };
  return { ok: true, document: { root, positionOf, rangeOf, linesOf, text } };
}

function describeWrongRoot(root: ConfigValue): string {
  const what = Array.isArray(root) ? 'a list' : 'a single value';
  return `The configuration is ${what}. It must be a mapping with receivers, exporters, service and so on.`;
}

class Problems {
  readonly #found: (ConfigProblem & { readonly offset: number })[] = [];
  readonly #rangeAt: (offset: number) => TextRange;

  constructor(rangeAt: (offset: number) => TextRange) {
    this.#rangeAt = rangeAt;
  }

  any(): boolean {
    return this.#found.length > 0;
  }

  isFull(): boolean {
    return this.#found.length >= maxProblems;
  }

  add(kind: ConfigProblemKind, offset: number, message: string, path?: ConfigPath): void {
    if (this.isFull()) return;
    const where = path === undefined || path.length === 0 ? {} : { path: toPathText(path) };
    this.#found.push({ kind, offset, ...this.#rangeAt(offset), message, ...where });
  }

  list(): readonly ConfigProblem[] {
    const inOrder = this.#found.toSorted((left, right) => left.offset - right.offset);
    const firstPerPlace = inOrder.filter((one, index) => inOrder[index - 1]?.offset !== one.offset);
    return firstPerPlace.map(({ offset: _, ...problem }) => problem);
  }
}

/** The one YAML document of the text, or problems. Stops reading at the first limit that is passed. */
function readDocument(
  text: string,
  limits: { readonly maxDepth: number; readonly maxTokens: number },
  problems: Problems,
): Document.Parsed | undefined {
  const parser = new Parser();
  let openQuoteAt: number | undefined;
  const trees: CST.Token[] = [];
  let documents = 0;
  let tokens = 0;
  let stopped:
    { readonly kind: ConfigProblemKind; readonly message: string; readonly offset: number } | undefined;
  const keep = (tree: CST.Token): void => {
    trees.push(tree);
    if (tree.type !== 'document' || ++documents < 2) return;
    const message = 'A second document starts here (---). The Collector reads the first one only: keep one.';
    stopped ??= { kind: 'multiple-documents', offset: tree.offset, message };
  };
  for (const lexeme of new Lexer().lex(text)) {
    if (isOpenQuote(lexeme)) openQuoteAt ??= parser.offset;
    for (const tree of parser.next(lexeme)) keep(tree);
    if (++tokens > limits.maxTokens)
      stopped ??= {
        kind: 'too-complex',
        offset: parser.offset,
        message: `The configuration has more than ${limits.maxTokens} YAML tokens up to here. Split it.`,
      };
    // The stack holds the document, the collections and perhaps a scalar; it may also grow while recovering from an error.
    if (parser.stack.length > limits.maxDepth + 2)
      stopped ??= { kind: 'too-deep', offset: parser.offset, message: describeTooDeep(limits.maxDepth) };
    if (stopped !== undefined) break;
  }
  for (const tree of parser.end()) keep(tree);

  // Where reading stopped, the last line is cut: what the parser says about it is no fault of the text.
  const knownUpTo = stopped === undefined ? Infinity : text.lastIndexOf('\n', stopped.offset - 1) + 1;
  if (openQuoteAt !== undefined && openQuoteAt < knownUpTo)
    problems.add(
      'syntax',
      openQuoteAt,
      'A quoted text starts here and is never closed. Add the missing quote.',
    );
  const foreign = findForeignVersion(text);
  if (foreign !== undefined)
    problems.add(
      'syntax',
      foreign,
      'The Collector reads YAML 1.1 only and refuses another version by name. Remove this line.',
    );
  const document = compose(trees, text.length, problems, Math.min(knownUpTo, openQuoteAt ?? Infinity));
  if (stopped !== undefined && !problems.any()) problems.add(stopped.kind, stopped.offset, stopped.message);
  return document;
}

const maxHeadLines = 200;

/** Offset of a %YAML directive that names another version than 1.1. */
function findForeignVersion(text: string): number | undefined {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (let line = 0; line < maxHeadLines && at < text.length; line++) {
    const end = text.indexOf('\n', at);
    const head = text.slice(at, Math.min(end === -1 ? text.length : end, at + 200));
    const version = /^%YAML[ \t]+([^\s#]+)/.exec(head)?.[1];
    if (version !== undefined) return version === '1.1' ? undefined : at;
    if (end === -1 || !/^([ \t]*(#.*)?\r?|%.*)$/.test(head)) return undefined;
    at = end + 1;
  }
  return undefined;
}

function isOpenQuote(lexeme: string): boolean {
  const quote = lexeme[0];
  if (quote !== '"' && quote !== "'") return false;
  return (
    lexeme.length === 1 ||
    lexeme.at(-1) !== quote ||
    (quote === '"' && /(^|[^\\])(\\\\)*\\"$/.test(lexeme.slice(-64)))
  );
}

function compose(
  trees: readonly CST.Token[],
  endOffset: number,
  problems: Problems,
  knownUpTo: number,
): Document.Parsed | undefined {
  // Duplicate keys are found in the walk, by hash: the library compares every key with every other.
  const composer = new Composer({
    schema: 'failsafe',
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  let first: Document.Parsed | undefined;
  for (const document of composer.compose(trees, true, endOffset)) {
    first ??= document;
    for (const error of document.errors) {
      if (error.pos[0] < knownUpTo)
        problems.add('syntax', error.pos[0], explainSyntaxError(error.code, error.message));
      if (problems.isFull()) return first;
    }
  }
  return first;
}

function describeTooDeep(maxDepth: number): string {
  return `Mappings and lists are nested more than ${maxDepth} levels deep here.`;
}

interface Read {
  readonly value: ConfigValue;
  /** Values in it after aliases are followed. */
  readonly size: number;
  /** Levels of mappings and lists in it. */
  readonly height: number;
}

const nothing: Read = { value: null, size: 1, height: 0 };

/** Offsets of a member: of its key (of the item itself, in a list) and of its value. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

type Places = WeakMap<object, ReadonlyMap<string, Place> | readonly Place[]>;

/** Of a path that is not there: its nearest ancestor, or nothing when the place must be exact. */
function placeOf(
  path: ConfigPath,
  root: ConfigValue,
  places: Places,
  precision: 'nearest' | 'exact' = 'nearest',
): Place | undefined {
  let value: ConfigValue | undefined = root;
  let found: Place | undefined;
  for (const segment of path) {
    const members = typeof value === 'object' && value !== null ? places.get(value) : undefined;
    const place: Place | undefined =
      members instanceof Map
        ? members.get(String(segment))
        : (members as readonly Place[] | undefined)?.[Number(segment)];
    if (place === undefined) return precision === 'nearest' ? found : undefined;
    found = place;
    value = (value as ConfigMap)[segment];
  }
  return found;
}

/** Turns YAML nodes into plain values, notes where each stands, and finds what YAML allows and a Collector does not. */
class Walk {
  readonly places: Places = new WeakMap();
  readonly #limits: { readonly maxDepth: number; readonly maxValues: number };
  readonly #problems: Problems;
  readonly #anchors = new Map<string, Read | 'open'>();
  #size = 0;
  #stopped = false;

  constructor(limits: { readonly maxDepth: number; readonly maxValues: number }, problems: Problems) {
    this.#limits = limits;
    this.#problems = problems;
  }

  read(node: unknown, path: ConfigPath, depth: number): Read {
    if (this.#stopped || this.#problems.isFull()) return nothing;
    if (isAlias(node)) return this.#follow(node.source, node.range?.[0] ?? 0, path, depth);
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return nothing;
    const anchor = node.anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const read = isScalar(node) ? this.#scalar(node) : this.#collection(node, path, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #collection(node: YAMLMap | YAMLSeq, path: ConfigPath, depth: number): Read {
    if (depth > this.#limits.maxDepth) {
      this.#stop('too-deep', node.range?.[0] ?? 0, describeTooDeep(this.#limits.maxDepth), path);
      return nothing;
    }
    return isMap(node) ? this.#map(node, path, depth) : this.#list(node, path, depth);
  }

  #follow(name: string, offset: number, path: ConfigPath, depth: number): Read {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      this.#problems.add('alias', offset, `No anchor &${cut(name)} stands above this alias.`, path);
      return nothing;
    }
    if (target === 'open') {
      this.#problems.add(
        'alias',
        offset,
        `The alias *${cut(name)} refers to the value that it is part of.`,
        path,
      );
      return nothing;
    }
    if (depth - 1 + target.height > this.#limits.maxDepth)
      this.#stop('too-deep', offset, describeTooDeep(this.#limits.maxDepth), path);
    this.#charge(target.size, offset, path);
    return target;
  }

  #charge(size: number, offset: number, path: ConfigPath): void {
    this.#size += size;
    if (this.#size <= this.#limits.maxValues) return;
    const message = `The configuration expands to more than ${this.#limits.maxValues} values here, aliases followed.`;
    this.#stop(size > 1 ? 'alias' : 'too-complex', offset, message, path);
  }

  #stop(kind: ConfigProblemKind, offset: number, message: string, path: ConfigPath): void {
    if (!this.#stopped) this.#problems.add(kind, offset, message, path.slice(0, 8));
    this.#stopped = true;
  }

  #scalar(node: Scalar): Read {
    this.#charge(1, node.range?.[0] ?? 0, []);
    const source = String(node.value ?? '');
    const isPlain =
      (node.type === 'PLAIN' || node.type === undefined) && node.tag !== 'tag:yaml.org,2002:str';
    return { value: isPlain ? readPlainScalar(source) : source, size: 1, height: 0 };
  }

  #list(node: YAMLSeq, path: ConfigPath, depth: number): Read {
    this.#charge(1, node.range?.[0] ?? 0, path);
    const value: ConfigValue[] = [];
    const places: Place[] = [];
    let size = 1;
    let height = 0;
    for (const item of node.items) {
      const read = this.read(item, [...path, value.length], depth + 1);
      const start = startOf(item) ?? node.range?.[0] ?? 0;
      const end = endOf(item) ?? start;
      places.push({ start, end, valueStart: start, valueEnd: end });
      value.push(read.value);
      size += read.size;
      height = Math.max(height, read.height);
    }
    this.places.set(value, places);
    return { value, size, height: height + 1 };
  }

  #map(node: YAMLMap, path: ConfigPath, depth: number): Read {
    this.#charge(1, node.range?.[0] ?? 0, path);
    const value: Record<string, ConfigValue> = {};
    const places = new Map<string, Place>();
    const merged: { readonly read: Read; readonly place: Place }[] = [];
    let size = 1;
    let height = 0;
    for (const pair of node.items) {
      const offset = startOf(pair.key) ?? startOf(pair.value) ?? node.range?.[0] ?? 0;
      const key = this.#key(pair.key, offset, path);
      if (key === undefined) continue;
      const read = this.read(pair.value, [...path, key], depth + 1);
      size += read.size;
      height = Math.max(height, read.height);
      if (key === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN') {
        merged.push({ read, place: placeOfPair(pair, offset) });
        continue;
      }
      if (places.has(key)) {
        const message = `The key "${cut(key)}" stands twice in this mapping. The Collector refuses that: remove or rename one.`;
        this.#problems.add('duplicate-key', offset, message, [...path, key]);
        continue;
      }
      setMember(value, key, read.value);
      places.set(key, placeOfPair(pair, offset));
    }
    for (const { read, place } of merged) this.#merge({ value, places }, read.value, place, path);
    this.places.set(value, places);
    return { value, size, height: height + 1 };
  }

  #key(node: unknown, offset: number, path: ConfigPath): string | undefined {
    const aliased = isAlias(node) ? this.read(node, path, 1).value : undefined;
    if (typeof aliased === 'string') return aliased;
    if (isScalar(node) && (node.value !== '' || node.type !== 'PLAIN')) {
      this.read(node, path, 1);
      return String(node.value);
    }
    this.#problems.add('syntax', offset, 'A key must be a plain text before the colon.', path);
    return undefined;
  }

  /** `<<`: the keys of other mappings, the mapping's own keys and earlier mappings winning. */
  #merge(
    into: { readonly value: Record<string, ConfigValue>; readonly places: Map<string, Place> },
    from: ConfigValue,
    place: Place,
    path: ConfigPath,
  ): void {
    for (const source of Array.isArray(from) ? (from as readonly ConfigValue[]) : [from]) {
      if (!isConfigMap(source)) {
        this.#problems.add(
          'alias',
          place.start,
          'A merge key (<<) takes a mapping or a list of mappings.',
          path,
        );
        return;
      }
      for (const [key, member] of Object.entries(source)) {
        if (into.places.has(key)) continue;
        setMember(into.value, key, member);
        into.places.set(key, place);
      }
    }
  }
}

function placeOfPair(pair: { readonly key: unknown; readonly value: unknown }, start: number): Place {
  const end = endOf(pair.key) ?? start;
  const valueStart = startOf(pair.value);
  // A key without a value: what is said about the value is shown at the key.
  if (valueStart === undefined || endOf(pair.value) === valueStart)
    return { start, end, valueStart: start, valueEnd: end };
  return { start, end, valueStart, valueEnd: endOf(pair.value) ?? valueStart };
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

function endOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[1] : undefined;
}

function cut(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}
