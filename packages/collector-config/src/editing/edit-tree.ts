import { CST, Parser } from 'yaml';

/** A value in the text: its kind, and where it stands. Offsets count UTF-16 units; ends are exclusive. */
export type EditNode = EditMap | EditList | EditScalar | EditAlias | EditNothing;

interface Placed {
  /** Where the value itself starts, and where its last character that is no comment and no line end is over. */
  readonly start: number;
  readonly end: number;
  /** Where what stands before the value is over: the colon, the dash, an anchor or a tag. */
  readonly headEnd: number;
  readonly anchor: string | undefined;
  readonly hasTag: boolean;
  /** True inside brackets, where everything below is too. */
  readonly isFlow: boolean;
}

export interface EditEntry {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly quote: '"' | "'" | '';
  readonly isMerge: boolean;
  readonly value: EditNode;
}

export interface EditMap extends Placed {
  readonly kind: 'map';
  readonly entries: readonly EditEntry[];
  /** False when a key is written in a way that is not edited here: `? key`, an anchor or a tag before it, an alias. */
  readonly isPlain: boolean;
}

export interface EditItem {
  /** The dash in a block list, the value's start in a list in brackets. */
  readonly start: number;
  readonly value: EditNode;
}

export interface EditList extends Placed {
  readonly kind: 'list';
  readonly items: readonly EditItem[];
  readonly isPlain: boolean;
}

export interface EditScalar extends Placed {
  readonly kind: 'scalar';
  readonly style: 'plain' | 'single' | 'double' | 'block';
}

export interface EditAlias extends Placed {
  readonly kind: 'alias';
  readonly name: string;
}

/** Nothing after the colon or the dash. */
export interface EditNothing extends Placed {
  readonly kind: 'nothing';
}

export interface EditTree {
  readonly root: EditNode;
  /** Names that an alias somewhere refers to. */
  readonly aliased: ReadonlySet<string>;
}

/** The tree of a text's one document from its concrete syntax, or undefined when it has several. */
export function readEditTree(text: string): EditTree | undefined {
  const documents: CST.Document[] = [];
  for (const token of new Parser().parse(text)) if (token.type === 'document') documents.push(token);
  if (documents.length > 1) return undefined;
  const reader = new TreeReader();
  const [document] = documents;
  const head = readHead(document?.start ?? [], 0);
  const root =
    document === undefined
      ? nothing({ ...head, headEnd: text.length }, false)
      : reader.node(document.value, { ...head, headEnd: document.value?.offset ?? text.length }, false);
  return { root, aliased: reader.aliased };
}

interface Head {
  readonly headEnd: number;
  readonly anchor: string | undefined;
  readonly hasTag: boolean;
}

class TreeReader {
  readonly aliased = new Set<string>();

  node(token: CST.Token | null | undefined, head: Head, isFlow: boolean): EditNode {
    if (token === null || token === undefined) return nothing(head, isFlow);
    const start = token.offset;
    switch (token.type) {
      case 'scalar':
        if (token.source === '') return nothing(head, isFlow);
        return { kind: 'scalar', style: 'plain', start, end: start + token.source.length, isFlow, ...head };
      case 'single-quoted-scalar':
        return { kind: 'scalar', style: 'single', start, end: start + token.source.length, isFlow, ...head };
      case 'double-quoted-scalar':
        return { kind: 'scalar', style: 'double', start, end: start + token.source.length, isFlow, ...head };
      case 'block-scalar':
        return { kind: 'scalar', style: 'block', start, end: endOfBlockScalar(token), isFlow, ...head };
      case 'alias': {
        const name = token.source.slice(1);
        this.aliased.add(name);
        return { kind: 'alias', name, start, end: start + token.source.length, isFlow, ...head };
      }
      case 'block-map':
        return this.#map(token.items, { start, end: start, isFlow, ...head });
      case 'block-seq':
        return this.#list(token.items, { start, end: start, isFlow, ...head });
      case 'flow-collection':
        return this.#flow(token, head);
      default:
        return nothing(head, isFlow);
    }
  }

  #map(items: CST.BlockMap['items'], placed: Placed): EditMap {
    const { entries, isPlain } = this.#entries(items, false);
    const last = entries.at(-1);
    const end = last === undefined ? placed.start : Math.max(last.keyEnd, last.value.end);
    return { kind: 'map', ...placed, start: entries[0]?.keyStart ?? placed.start, end, entries, isPlain };
  }

  #entries(
    items: readonly CST.CollectionItem[],
    isFlow: boolean,
  ): { readonly entries: readonly EditEntry[]; readonly isPlain: boolean } {
    const entries: EditEntry[] = [];
    let isPlain = true;
    for (const { start, key, sep, value } of items) {
      if (key === undefined && value === undefined && sep === undefined) continue;
      const token = key ?? undefined;
      if (start.some((one) => ['anchor', 'tag', 'explicit-key-ind'].includes(one.type))) isPlain = false;
      if (token === undefined || !CST.isScalar(token) || token.type === 'block-scalar') {
        isPlain = false;
        this.node(token, { headEnd: 0, anchor: undefined, hasTag: false }, isFlow);
        this.node(value, { headEnd: 0, anchor: undefined, hasTag: false }, isFlow);
        continue;
      }
      const keyEnd = token.offset + token.source.length;
      const name = CST.resolveAsScalar(token, true, () => undefined)?.value ?? '';
      entries.push({
        key: name,
        keyStart: token.offset,
        keyEnd,
        quote: token.type === 'scalar' ? '' : token.type === 'single-quoted-scalar' ? "'" : '"',
        isMerge: name === '<<' && token.type === 'scalar',
        value: this.node(value, readHead(sep ?? [], keyEnd), isFlow),
      });
    }
    return { entries, isPlain };
  }

  #list(tokens: CST.BlockSequence['items'], placed: Placed): EditList {
    const items: EditItem[] = [];
    let isPlain = true;
    for (const { start, value } of tokens) {
      const dash = start.find((one) => one.type === 'seq-item-ind');
      if (dash === undefined) {
        isPlain &&= value === undefined;
        continue;
      }
      items.push({ start: dash.offset, value: this.node(value, readHead(start, dash.offset + 1), false) });
    }
    const last = items.at(-1);
    const end = last === undefined ? placed.start : Math.max(last.start + 1, last.value.end);
    return { kind: 'list', ...placed, start: items[0]?.start ?? placed.start, end, items, isPlain };
  }

  #flow(token: CST.FlowCollection, head: Head): EditMap | EditList {
    const close = token.end.find((one) => one.type === 'flow-map-end' || one.type === 'flow-seq-end');
    const end = close === undefined ? token.offset + 1 : close.offset + 1;
    const placed: Placed = { start: token.offset, end, isFlow: true, ...head };
    if (token.start.type === 'flow-map-start')
      return { kind: 'map', ...placed, ...this.#entries(token.items, true) };
    const items: EditItem[] = [];
    let isPlain = close !== undefined;
    for (const { start, key, sep, value } of token.items) {
      if (key !== undefined || sep !== undefined) isPlain = false;
      if (key !== undefined || value === undefined) {
        this.node(key, readHead([], 0), true);
        this.node(value, readHead([], 0), true);
        continue;
      }
      const itemHead = readHead(start, value.offset);
      if (itemHead.anchor !== undefined || itemHead.hasTag) isPlain = false;
      items.push({ start: value.offset, value: this.node(value, itemHead, true) });
    }
    return { kind: 'list', ...placed, items, isPlain };
  }
}

function readHead(tokens: readonly CST.SourceToken[], from: number): Head {
  let headEnd = from;
  let anchor: string | undefined;
  let hasTag = false;
  for (const token of tokens) {
    if (!['map-value-ind', 'seq-item-ind', 'anchor', 'tag'].includes(token.type)) continue;
    headEnd = Math.max(headEnd, token.offset + token.source.length);
    if (token.type === 'anchor') anchor = token.source.slice(1);
    if (token.type === 'tag') hasTag = true;
  }
  return { headEnd, anchor, hasTag };
}

function nothing(head: Head, isFlow: boolean): EditNothing {
  return { kind: 'nothing', start: head.headEnd, end: head.headEnd, isFlow, ...head };
}

/** Blank lines after the text belong to it only where the header says so (`|+`). */
function endOfBlockScalar(token: CST.BlockScalar): number {
  const header = token.props.map((one) => ('source' in one ? one.source : '')).join('');
  const keepsEnd = /^[|>][^\s#]*\+/.test(header);
  const body = keepsEnd ? token.source.replace(/\r?\n$/, '') : token.source.trimEnd();
  const bodyStart = token.offset + header.length;
  return body === '' ? token.offset + header.trimEnd().length : bodyStart + body.length;
}
