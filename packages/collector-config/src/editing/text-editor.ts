import type { ConfigPath } from '../config-path.ts';
import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap, setMember } from '../config-value.ts';
import type { EditStep } from './edit-step.ts';
import { isSameModel, valueAt } from './edit-step.ts';
import type { EditEntry, EditList, EditMap, EditNode, EditTree } from './edit-tree.ts';
import { readEditTree } from './edit-tree.ts';
import { locate, locateToChange, Refusal } from './locate.ts';
import type { BlockStyle, Quote } from './render-yaml.ts';
import {
  renderEntry,
  renderEntries,
  renderFlow,
  renderItem,
  renderKey,
  renderLiteral,
  renderScalar,
} from './render-yaml.ts';

interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * A text under edit. Each step reads the concrete syntax anew, finds the characters that must change, and replaces
 * these alone: everything else stays to the byte.
 */
export class TextEditor {
  #text: string;
  #tree: EditTree;
  readonly #eol: '\n' | '\r\n';

  constructor(text: string) {
    this.#text = text;
    this.#tree = treeOf(text);
    this.#eol = /\r\n/.test(text) && !/[^\r]\n/.test(text.slice(0, text.indexOf('\r\n'))) ? '\r\n' : '\n';
  }

  get text(): string {
    return this.#text;
  }

  /** `model` is what the text holds before the step. */
  apply(step: EditStep, model: ConfigMap): void {
    switch (step.step) {
      case 'set':
        this.#set(step.path, valueAt(model, step.path), step.value);
        return;
      case 'insert-key':
        this.#insertKey(step.path, step.key, step.value, step.before ?? []);
        return;
      case 'remove-key':
        this.#removeKey(step.path);
        return;
      case 'rename-key':
        this.#renameKey(step.path, step.to);
        return;
      case 'insert-item':
        this.#insertItem(step.path, step.index, step.value);
        return;
      case 'remove-item':
        this.#removeItem(step.path);
        return;
      case 'move-item':
        this.#moveItem(step.path, step.from, step.to);
    }
  }

  #splice(...splices: readonly Splice[]): void {
    let text = this.#text;
    // From the end, so that offsets stay true; of two at one place the one named first comes first.
    for (const { from, to, text: put } of splices
      .toReversed()
      .toSorted((left, right) => right.from - left.from))
      text = text.slice(0, from) + put + text.slice(to);
    this.#text = text;
    this.#tree = treeOf(text);
  }

  get #style(): BlockStyle {
    return { step: findStep(this.#tree.root, this.#text) ?? 2, allowsLiteral: this.#eol === '\n' };
  }

  // Values

  #set(path: ConfigPath, before: ConfigValue | undefined, after: ConfigValue): void {
    if (before !== undefined && isSameModel(before, after) && isEmptyMap(before) === isEmptyMap(after))
      return;
    const { node, parent } = locateToChange(this.#tree, path, this.#text);
    if (node.hasTag) throw new Refusal('tag', path);
    if (node.kind === 'map' && isConfigMap(before) && isConfigMap(after) && Object.keys(after).length > 0) {
      this.#setMap(path, before, after);
      return;
    }
    if (node.kind === 'list' && isConfigList(before) && isConfigList(after) && after.length > 0) {
      this.#setList(path, before, after);
      return;
    }
    if (parent === undefined) throw new Refusal('wrong-type', path);
    this.#replace(node, after, this.#indentOf(parent), parent.isFlow);
  }

  #setMap(path: ConfigPath, before: ConfigMap, after: ConfigMap): void {
    for (const [key, value] of Object.entries(after))
      if (Object.hasOwn(before, key)) this.#set([...path, key], before[key] ?? null, value);
      else this.#insertKey(path, key, value, []);
    for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) this.#removeKey([...path, key]);
  }

  #setList(path: ConfigPath, before: readonly ConfigValue[], after: readonly ConfigValue[]): void {
    const most = Math.min(before.length, after.length);
    const same = (at: number): boolean => isSameModel(before.at(at) ?? null, after.at(at) ?? null);
    let start = 0;
    while (start < most && same(start)) start++;
    let end = 0;
    while (end < most - start && same(-1 - end)) end++;
    const [was, is] = [before.length - start - end, after.length - start - end];
    const kept = Math.min(was, is);
    for (let at = start; at < start + kept; at++)
      this.#set([...path, at], before[at] ?? null, after[at] ?? null);
    for (let at = start + was - 1; at >= start + kept; at--) this.#removeItem([...path, at]);
    for (let at = start + kept; at < start + is; at++) this.#insertItem(path, at, after[at] ?? null);
  }

  /** Puts a value in the place of another, or of nothing. `indent`: of the key or dash before it. */
  #replace(node: EditNode, value: ConfigValue, indent: number, isInFlow: boolean): void {
    const block = isInFlow ? undefined : this.#blockLines(value, indent);
    if (block === undefined) {
      this.#replaceInline(node, this.#inline(node, value), indent);
      return;
    }
    const header = block.header === '' ? '' : ` ${block.header}`;
    const below = block.lines.map((line) => `${this.#eol}${line}`).join('');
    const { headEnd, start, end } = node;
    // A comment below the key would become part of a literal block.
    if (isBlockScalar(node) || (isBlock(node) && header !== ''))
      this.#splice({ from: headEnd, to: this.#lineEnd(end), text: header + below });
    else if (isBlock(node)) {
      if (!this.#startsLine(start)) throw new Refusal('complex-key', []);
      const lines = block.lines.join(this.#eol);
      this.#splice({ from: this.#lineStart(start), to: this.#lineEnd(end), text: lines });
    } else {
      // What stood on the line goes, a comment after it stays.
      const at = this.#lineEnd(end);
      this.#splice({ from: headEnd, to: end, text: header }, { from: at, to: at, text: below });
    }
  }

  #replaceInline(node: EditNode, put: string, indent: number): void {
    if (node.kind === 'nothing' || isBlockScalar(node)) {
      const text = put === '' ? '' : ` ${put}`;
      this.#splice({ from: node.headEnd, to: node.kind === 'nothing' ? node.headEnd : node.end, text });
      return;
    }
    if (isBlock(node) && this.#startsLine(node.start)) {
      const text = put === '' ? '' : ` ${put}`;
      this.#splice(
        { from: node.headEnd, to: node.headEnd, text },
        this.#wholeLines(node.start, node.end, indent),
      );
      return;
    }
    const from = put === '' ? node.headEnd : node.start;
    this.#splice({ from, to: node.end, text: put });
  }

  #inline(node: EditNode, value: ConfigValue): string {
    if (value === null)
      return node.isFlow && node.kind !== 'nothing' && !this.#isEntryValue(node) ? 'null' : '';
    if (typeof value === 'object') return renderFlow(value);
    const quote: Quote =
      node.kind !== 'scalar' ? '' : node.style === 'single' ? "'" : node.style === 'double' ? '"' : '';
    return renderScalar(value, node.isFlow, quote);
  }

  #isEntryValue(node: EditNode): boolean {
    return this.#text[node.headEnd - 1] === ':' || node.anchor !== undefined;
  }

  /** The lines of a value that goes below its key; undefined when it goes beside it. */
  #blockLines(
    value: ConfigValue,
    indent: number,
  ): { readonly header: string; readonly lines: readonly string[] } | undefined {
    const style = this.#style;
    const inner = indent + style.step;
    if (isConfigMap(value) && Object.keys(value).length > 0)
      return { header: '', lines: renderEntries(value, inner, style) };
    if (isConfigList(value) && value.some((one) => one !== null && typeof one === 'object'))
      return { header: '', lines: value.flatMap((one) => renderItem(one, inner, style)) };
    if (typeof value !== 'string' || !style.allowsLiteral) return undefined;
    const literal = renderLiteral(value, inner);
    return literal === undefined ? undefined : { header: literal[0] ?? '', lines: literal.slice(1) };
  }

  // Keys

  #insertKey(path: ConfigPath, key: string, value: ConfigValue, before: readonly string[]): void {
    const { node, parent } = locateToChange(this.#tree, path, this.#text);
    if (parent === undefined && node.kind === 'nothing') {
      this.#insertFirstKey(key, value);
      return;
    }
    const isBare = node.kind === 'nothing' || this.#isNull(node);
    if (parent !== undefined && (isBare || (isEmptyMapNode(node) && !parent.isFlow))) {
      const map: Record<string, ConfigValue> = {};
      setMember(map, key, value);
      this.#replace(node, map, this.#indentOf(parent), parent.isFlow);
      return;
    }
    if (node.kind !== 'map') throw new Refusal('wrong-type', path);
    if (!node.isPlain) throw new Refusal('complex-key', path);
    const next = before
      .map((name) => node.entries.findIndex((one) => one.key === name))
      .find((index) => index >= 0);
    if (node.isFlow) {
      const put =
        value === null ? `${renderKey(key, true)}:` : `${renderKey(key, true)}: ${renderFlow(value)}`;
      this.#insertInFlow(
        node,
        node.entries.map((entry) => entry.keyStart),
        { index: next ?? node.entries.length, put },
      );
      return;
    }
    const indent = this.#column(node.start);
    const lines = renderEntry(key, value, indent, this.#style);
    const follower = next === undefined ? undefined : node.entries[next];
    if (follower !== undefined && this.#startsLine(follower.keyStart))
      this.#insertLinesBefore(follower.keyStart, indent, lines);
    else this.#insertLinesAfter(node.end, lines);
  }

  #isNull(node: EditNode): boolean {
    return (
      node.kind === 'scalar' &&
      node.style === 'plain' &&
      /^(~|null|Null|NULL)$/.test(this.#text.slice(node.start, node.end))
    );
  }

  #insertFirstKey(key: string, value: ConfigValue): void {
    const text = this.#text;
    const lines = renderEntry(key, value, 0, this.#style).join(this.#eol) + this.#eol;
    const gap = text === '' || text.endsWith('\n') ? '' : this.#eol;
    this.#splice({ from: text.length, to: text.length, text: gap + lines });
  }

  #removeKey(path: ConfigPath): void {
    const { parent, entry } = locate(this.#tree, path, this.#text);
    if (parent?.kind !== 'map' || entry === undefined) throw new Refusal('not-found', path);
    if (!parent.isPlain) throw new Refusal('complex-key', path.slice(0, -1));
    const index = parent.entries.indexOf(entry);
    if (parent.isFlow) {
      const spans = parent.entries.map((one) => ({
        start: one.keyStart,
        end: Math.max(one.keyEnd, one.value.headEnd, one.value.end),
      }));
      this.#removeFromFlow(parent, spans, index);
      return;
    }
    if (parent.entries.length === 1) {
      this.#removeLastKey(path.slice(0, -1), parent);
      return;
    }
    this.#removeBlockMember(path, parent, {
      start: entry.keyStart,
      end: Math.max(entry.keyEnd, entry.value.headEnd, entry.value.end),
      next: parent.entries[index + 1]?.keyStart,
    });
  }

  #removeLastKey(path: ConfigPath, map: EditMap): void {
    const holder = locate(this.#tree, path, this.#text).parent;
    if (holder === undefined) throw new Refusal('would-be-empty', path);
    if (holder.kind === 'map' && this.#startsLine(map.start)) {
      this.#splice(this.#wholeLines(map.start, map.end, this.#indentOf(holder)));
      return;
    }
    this.#splice({ from: map.start, to: map.end, text: '{}' });
  }

  #renameKey(path: ConfigPath, to: string): void {
    const { parent, entry } = locate(this.#tree, path, this.#text);
    if (parent?.kind !== 'map' || entry === undefined) throw new Refusal('not-found', path);
    if (!parent.isPlain) throw new Refusal('complex-key', path.slice(0, -1));
    this.#splice({ from: entry.keyStart, to: entry.keyEnd, text: renderKey(to, parent.isFlow, entry.quote) });
  }

  // Lists

  #insertItem(path: ConfigPath, index: number, value: ConfigValue): void {
    const { node } = locateToChange(this.#tree, path, this.#text);
    if (node.kind !== 'list') throw new Refusal('wrong-type', path);
    if (!node.isPlain) throw new Refusal('complex-key', path);
    if (node.isFlow) {
      this.#insertInFlow(
        node,
        node.items.map((item) => item.start),
        { index, put: renderFlow(value) },
      );
      return;
    }
    const indent = this.#column(node.start);
    const lines = renderItem(value, indent, this.#style);
    const follower = node.items[index];
    if (follower === undefined) this.#insertLinesAfter(node.end, lines);
    else if (this.#startsLine(follower.start)) this.#insertLinesBefore(follower.start, indent, lines);
    else throw new Refusal('complex-key', path);
  }

  #removeItem(path: ConfigPath): void {
    const { parent } = locate(this.#tree, path, this.#text);
    const index = Number(path.at(-1));
    if (parent?.kind !== 'list') throw new Refusal('wrong-type', path.slice(0, -1));
    if (!parent.isPlain) throw new Refusal('complex-key', path.slice(0, -1));
    const spans = spansOf(parent);
    const span = spans[index];
    if (span === undefined) throw new Refusal('not-found', path);
    if (parent.isFlow) this.#removeFromFlow(parent, spans, index);
    else if (spans.length === 1) {
      const holder = locate(this.#tree, path.slice(0, -1), this.#text).parent;
      this.#replaceInline(parent, '[]', holder === undefined ? 0 : this.#indentOf(holder));
    } else this.#removeBlockMember(path, parent, { ...span, next: spans[index + 1]?.start });
  }

  #moveItem(path: ConfigPath, from: number, to: number): void {
    if (from === to) return;
    const { node } = locateToChange(this.#tree, path, this.#text);
    if (node.kind !== 'list') throw new Refusal('wrong-type', path);
    if (!node.isPlain) throw new Refusal('complex-key', path);
    const spans = spansOf(node).map(({ start, end }) =>
      node.isFlow ? { start, end } : { start, end: this.#lineEnd(end) },
    );
    if (!node.isFlow && !spans.every((span) => this.#startsLine(span.start)))
      throw new Refusal('complex-key', path);
    const sources = spans.map(({ start, end }) => this.#text.slice(start, end));
    const [moved = ''] = sources.splice(from, 1);
    sources.splice(to, 0, moved);
    // Whatever stands between the items stays where it is.
    this.#splice(
      ...spans
        .map(({ start, end }, index) => ({ from: start, to: end, text: sources[index] ?? '' }))
        .slice(Math.min(from, to), Math.max(from, to) + 1),
    );
  }

  // Places

  #insertInFlow(
    node: EditMap | EditList,
    starts: readonly number[],
    { index, put }: { readonly index: number; readonly put: string },
  ): void {
    const at = starts[index];
    const [first] = starts;
    if (first === undefined) {
      this.#splice({ from: node.start + 1, to: node.start + 1, text: put });
      return;
    }
    // A list with an item per line gets a line more.
    const ownLine = starts.every((start) => this.#startsLine(start));
    const gap = ownLine ? this.#eol + ' '.repeat(this.#column(first)) : ' ';
    if (at !== undefined) {
      this.#splice({ from: at, to: at, text: `${put},${gap}` });
      return;
    }
    const end = lastEndOf(node);
    this.#splice({ from: end, to: end, text: `,${gap}${put}` });
  }

  #removeFromFlow(
    node: EditMap | EditList,
    spans: readonly { readonly start: number; readonly end: number }[],
    index: number,
  ): void {
    const [span, next, previous] = [spans[index], spans[index + 1], spans[index - 1]];
    if (span === undefined) return;
    const [from, to] =
      next !== undefined
        ? [span.start, next.start]
        : previous !== undefined
          ? [previous.end, span.end]
          : [node.start + 1, node.end - 1];
    const gap = next !== undefined ? [span.end, next.start] : [previous?.end ?? span.start, span.start];
    if (!this.#text.slice(...gap).includes('#')) {
      this.#splice({ from, to, text: '' });
      return;
    }
    // A comment between the two stays: only the item and its comma go.
    const rest = this.#text.slice(span.end, next?.start ?? span.end);
    const comma = /^\s*,/.exec(rest)?.[0].length ?? 0;
    this.#splice({ from: span.start, to: span.end + comma, text: '' });
  }

  #removeBlockMember(
    path: ConfigPath,
    parent: EditMap | EditList,
    span: { readonly start: number; readonly end: number; readonly next: number | undefined },
  ): void {
    if (this.#startsLine(span.start)) {
      this.#splice(this.#wholeLines(span.start, span.end, this.#column(parent.start)));
      return;
    }
    // The first of a mapping that starts behind a dash: the next one takes its place.
    const between = span.next === undefined ? undefined : this.#text.slice(span.end, span.next);
    if (span.next === undefined || between === undefined || !/^\s*$/.test(between))
      throw new Refusal('complex-key', path);
    this.#splice({ from: span.start, to: span.next, text: '' });
  }

  /** The lines from one offset to another, with comments below that are indented deeper than `indent`. */
  #wholeLines(start: number, end: number, indent: number): Splice {
    const from = this.#lineStart(start);
    let last = this.#lineEnd(end);
    for (let next = this.#text.indexOf('\n', last); next !== -1; next = this.#text.indexOf('\n', next + 1)) {
      const line = this.#text.slice(next + 1, this.#lineEnd(next + 1));
      const column = line.search(/\S/);
      if (column !== -1 && !(line[column] === '#' && column > indent)) break;
      if (column !== -1) last = next + 1 + line.length;
    }
    const newline = this.#text.indexOf('\n', last);
    if (newline !== -1) return { from, to: newline + 1, text: '' };
    // The last line of a text without a line end at its end: the one before it loses its own.
    const before = this.#text[from - 2] === '\r' ? from - 2 : from - 1;
    return { from: Math.max(0, before), to: this.#text.length, text: '' };
  }

  #insertLinesAfter(end: number, lines: readonly string[]): void {
    const at = this.#lineEnd(end);
    this.#splice({ from: at, to: at, text: lines.map((line) => `${this.#eol}${line}`).join('') });
  }

  /** Above the comments that stand right above the line, as they speak of it. */
  #insertLinesBefore(start: number, indent: number, lines: readonly string[]): void {
    let at = this.#lineStart(start);
    while (at > 0) {
      const previous = this.#lineStart(at - 1);
      const line = this.#text.slice(previous, at);
      if (!/^\s*#/.test(line) || line.search(/\S/) !== indent) break;
      at = previous;
    }
    // The comment that opens a file speaks of the file.
    if (at === 0) at = this.#lineStart(start);
    this.#splice({ from: at, to: at, text: lines.map((line) => `${line}${this.#eol}`).join('') });
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** The offset right before the line end. */
  #lineEnd(offset: number): number {
    const newline = this.#text.indexOf('\n', offset);
    if (newline === -1) return this.#text.length;
    return this.#text[newline - 1] === '\r' && newline > offset ? newline - 1 : newline;
  }

  #column(offset: number): number {
    return (
      offset -
      this.#lineStart(offset) -
      (this.#lineStart(offset) === 0 && this.#text.startsWith('\uFEFF') ? 1 : 0)
    );
  }

  #startsLine(offset: number): boolean {
    return /^\uFEFF?[ ]*$/.test(this.#text.slice(this.#lineStart(offset), offset));
  }

  #indentOf(parent: EditNode): number {
    return parent.isFlow ? 0 : this.#column(parent.start);
  }
}

function treeOf(text: string): EditTree {
  const tree = readEditTree(text);
  if (tree === undefined) throw new Refusal('multiple-documents', []);
  return tree;
}

function spansOf(list: EditList): readonly { readonly start: number; readonly end: number }[] {
  return list.items.map((item) => ({
    start: item.start,
    end: Math.max(item.start + 1, item.value.headEnd, item.value.end),
  }));
}

function lastEndOf(node: EditMap | EditList): number {
  if (node.kind === 'list') return spansOf(node).at(-1)?.end ?? node.start + 1;
  const last: EditEntry | undefined = node.entries.at(-1);
  return last === undefined ? node.start + 1 : Math.max(last.keyEnd, last.value.headEnd, last.value.end);
}

function isBlock(node: EditNode): boolean {
  return (node.kind === 'map' || node.kind === 'list') && !node.isFlow;
}

function isBlockScalar(node: EditNode): boolean {
  return node.kind === 'scalar' && node.style === 'block';
}

function isEmptyMapNode(node: EditNode): boolean {
  return node.kind === 'map' && node.entries.length === 0;
}

function isEmptyMap(value: ConfigValue): boolean {
  return isConfigMap(value) && Object.keys(value).length === 0;
}

/** Spaces by which the first block mapping inside another is indented. */
function findStep(node: EditNode, text: string): number | undefined {
  if (node.kind !== 'map' || node.isFlow) return undefined;
  const column = (offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);
  for (const { value } of node.entries) {
    if (value.kind !== 'map' || value.isFlow || value.entries.length === 0) continue;
    const step = column(value.start) - column(node.start);
    if (step > 0) return step;
  }
  return undefined;
}
