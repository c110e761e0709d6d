import { contextSchemas, type ContextName, type ContextSchema } from './context-schema.ts';
import { functions } from './functions.ts';
import { isPlainName, maxTextLength, parseExpression } from './parse-expression.ts';
import { printText } from './print-expression.ts';
import { type ElementScope, resolvePath } from './resolve-path.ts';
import { childrenOf, type Expression } from './syntax-tree.ts';
import { anyType, nameOfType, stringType, type ValueType } from './value-type.ts';

export type CompletionKind = 'path' | 'function' | 'operator' | 'keyword' | 'value';

export interface CompletionOption {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail: string;
  /** Put in place of what stands between `from` and `to`. */
  readonly insert: string;
}

export interface Completion {
  readonly from: number;
  readonly to: number;
  /** The likeliest first; at most fifty. */
  readonly options: readonly CompletionOption[];
}

/** What the fleet has: given by whoever asks, as far as it is known. */
export interface KnownValues {
  readonly labelKeys?: readonly string[];
  /** By label key. */
  readonly labelValues?: Readonly<Record<string, readonly string[]>>;
  readonly capabilities?: readonly string[];
  readonly groups?: readonly string[];
}

const maxOptions = 50;
const marker = 'zz-here-zz';

/** What may stand at an offset of a text that is being written. Never throws; nothing when the text is too long. */
export function completeExpression(
  text: string,
  offset: number,
  context: ContextName | ContextSchema,
  known: KnownValues = {},
): Completion {
  const at = Math.max(0, Math.min(Math.trunc(offset) || 0, text.length));
  if (text.length > maxTextLength - marker.length) return { from: at, to: at, options: [] };
  const schema = typeof context === 'string' ? contextSchemas[context] : context;
  const word = wordAt(text, at);
  const place = placeOf(text.slice(0, word.from) + word.probe, word.from, schema);
  const options = optionsFor(place, { schema, known, quote: word.quote });
  return { from: word.from, to: word.to, options: rank(options, word.typed) };
}

interface Word {
  readonly from: number;
  readonly to: number;
  /** What of it stands before the cursor, without quotes. */
  readonly typed: string;
  /** What is read in its place. */
  readonly probe: string;
  readonly quote: boolean;
}

function wordAt(text: string, at: number): Word {
  const before = text.slice(0, at);
  const open = openQuote(before);
  if (open !== undefined) {
    const rest = /^[^"'\n]*/.exec(text.slice(at))?.[0] ?? '';
    const isClosed = text[at + rest.length] === before[open];
    const to = isClosed ? at + rest.length + 1 : at;
    return { from: open, to, typed: before.slice(open + 1), probe: `"${marker}"`, quote: true };
  }
  const typed = /(?<![\w/.\]-])[A-Za-z_][\w/.-]*$/.exec(before.slice(-200))?.[0] ?? '';
  const rest = typed === '' ? '' : (/^[\w/.-]*/.exec(text.slice(at))?.[0] ?? '');
  return { from: at - typed.length, to: at + rest.length, typed, probe: marker, quote: false };
}

/** Where a text is open at its end. */
function openQuote(before: string): number | undefined {
  const line = before.lastIndexOf('\n') + 1;
  let open: number | undefined;
  for (let index = line; index < before.length; index += 1) {
    const letter = before[index];
    if (open === undefined) {
      if (letter === '#') return undefined;
      if (letter === '"' || letter === "'") open = index;
    } else if (letter === '\\' && before[open] === '"') index += 1;
    else if (letter === before[open]) open = undefined;
  }
  return open;
}

type Place =
  | { readonly kind: 'operand'; readonly scopes: readonly ElementScope[] }
  | {
      readonly kind: 'value';
      readonly other: Expression;
      readonly isList: boolean;
      readonly scopes: readonly ElementScope[];
    }
  | { readonly kind: 'key'; readonly type: ValueType; readonly isLabels: boolean }
  | { readonly kind: 'after-value'; readonly type: ValueType }
  | { readonly kind: 'after-condition' }
  | { readonly kind: 'after-list' }
  | { readonly kind: 'nothing' };

function placeOf(probe: string, from: number, schema: ContextSchema): Place {
  const { ast, problems } = parseExpression(probe);
  const here = problems.filter((problem) => problem.from === from).map(({ code }) => code);
  if (here.includes('syntax/pattern')) return { kind: 'nothing' };
  if (here.includes('syntax/where')) return { kind: 'after-list' };
  const search = new Finding(schema, from, /[(,]$/.test(probe.slice(0, from).trimEnd()));
  if (here.includes('syntax/unexpected') || here.includes('syntax/list')) {
    search.endingAt(ast, probe.slice(0, from).trimEnd().length, []);
    return search.before ?? { kind: 'nothing' };
  }
  search.find(ast, []);
  return search.place ?? { kind: 'operand', scopes: [] };
}

class Finding {
  place: Place | undefined;
  before: Place | undefined;
  readonly #schema: ContextSchema;
  readonly #from: number;
  readonly #isInBrackets: boolean;

  constructor(schema: ContextSchema, from: number, isInBrackets: boolean) {
    this.#schema = schema;
    this.#from = from;
    this.#isInBrackets = isInBrackets;
  }

  find(node: Expression, scopes: readonly ElementScope[]): void {
    if (this.#isHere(node)) this.place ??= { kind: 'operand', scopes };
    if (node.kind === 'comparison' && this.#isHere(node.right))
      this.place ??= { kind: 'value', other: node.left, isList: true, scopes };
    if (node.kind === 'in' && node.items.some((item) => this.#isHere(item))) {
      // `in` and no bracket: the list begins here.
      const isList = this.#isInBrackets;
      this.place ??= { kind: 'value', other: node.left, isList, scopes };
    }
    if (node.kind === 'has-key' && node.key === marker) this.place ??= this.#key(node.target, scopes);
    if (node.kind === 'path' && node.steps.length > 1 && node.steps.at(-1)?.key === marker) {
      const parent = resolvePath({ ...node, steps: node.steps.slice(0, -1) }, this.#schema, scopes);
      this.place ??= { kind: 'key', type: parent.type, isLabels: parent.reference === 'agent.description' };
    }
    for (const [child, inner] of this.#inside(node, scopes)) this.find(child, inner);
  }

  /** What has been written when it ends where the marker is not expected. */
  endingAt(node: Expression, end: number, scopes: readonly ElementScope[]): void {
    const isEnd = node.to === end && node.from < this.#from;
    if (isEnd && ['literal', 'path', 'call'].includes(node.kind))
      this.before ??= { kind: 'after-value', type: this.#typeOf(node, scopes) };
    else if (isEnd && ['comparison', 'in', 'matches', 'has-key'].includes(node.kind))
      this.before ??= { kind: 'after-condition' };
    else for (const [child, inner] of this.#inside(node, scopes)) this.endingAt(child, end, inner);
  }

  #inside(
    node: Expression,
    scopes: readonly ElementScope[],
  ): readonly (readonly [Expression, readonly ElementScope[]])[] {
    if (node.kind !== 'any' && node.kind !== 'all')
      return childrenOf(node).map((child) => [child, scopes] as const);
    const list = this.#typeOf(node.list, scopes);
    const type = list.kind === 'list' ? list.element : list.kind === 'map' ? list.value : anyType;
    return [
      [node.list, scopes],
      [node.condition, [...scopes, { name: node.name, type }]],
    ];
  }

  #key(target: Expression | null, scopes: readonly ElementScope[]): Place {
    const innermost = scopes.at(-1);
    if (target === null) {
      if (innermost !== undefined) return { kind: 'key', type: innermost.type, isLabels: false };
      return { kind: 'key', type: { kind: 'map', value: stringType }, isLabels: this.#schema.hasBareLabels };
    }
    const isLabels =
      target.kind === 'path' && resolvePath(target, this.#schema, scopes).reference === 'agent.description';
    return { kind: 'key', type: this.#typeOf(target, scopes), isLabels };
  }

  #isHere(node: Expression): boolean {
    if (node.from !== this.#from) return false;
    if (node.kind === 'path') return node.steps.length === 1 && node.steps[0]?.key === marker;
    return node.kind === 'literal' && node.literal.type === 'string' && node.literal.value === marker;
  }

  #typeOf(node: Expression, scopes: readonly ElementScope[]): ValueType {
    if (node.kind === 'path') return resolvePath(node, this.#schema, scopes).type;
    if (node.kind === 'call') return functions.get(node.name)?.result ?? anyType;
    return node.kind === 'literal' ? { kind: node.literal.type } : anyType;
  }
}

interface Asked {
  readonly schema: ContextSchema;
  readonly known: KnownValues;
  readonly quote: boolean;
}

function optionsFor(place: Place, asked: Asked): readonly CompletionOption[] {
  switch (place.kind) {
    case 'nothing':
      return [];
    case 'after-condition':
      return [keyword('and', 'both hold'), keyword('or', 'one of them holds')];
    case 'after-list':
      return [keyword('where', 'what holds for the elements'), keyword('as', 'a name for the element')];
    case 'after-value':
      return operatorsFor(place.type);
    case 'key':
      return keysOf(place.type, place.isLabels, asked);
    case 'value': {
      const values = valuesFor(place, asked);
      if (asked.quote) return values.filter((option) => option.kind === 'value');
      if (!place.isList) return [operator('(', 'a list of values'), ...values.map(inList)];
      return [...values, ...pathsIn(place.scopes, asked), ...functionOptions()];
    }
    case 'operand':
      if (asked.quote) return [];
      return [...pathsIn(place.scopes, asked), ...starters(asked.schema), ...functionOptions()];
  }
}

function inList(option: CompletionOption): CompletionOption {
  return { ...option, insert: `(${option.insert}` };
}

function operatorsFor(type: ValueType): readonly CompletionOption[] {
  if (type.kind === 'boolean')
    return [
      keyword('and', 'both hold'),
      keyword('or', 'one of them holds'),
      operator('=', 'is'),
      operator('!=', 'is not'),
    ];
  if (type.kind === 'map' || type.kind === 'object') return [operator('has-key', 'the mapping has a key')];
  const equality = [operator('=', 'is'), operator('!=', 'is another one'), operator('in', 'is one of')];
  const text = [operator('matches', 'a regular expression occurs in it')];
  const order = ['<', '<=', '>', '>='].map((symbol) => operator(symbol, 'numbers, texts, durations'));
  if (type.kind === 'string') return [...equality, ...text, ...order];
  if (type.kind === 'number' || type.kind === 'duration') return [...equality, ...order];
  if (type.kind === 'list') return [...equality, ...text];
  return [...equality, ...text, ...order, operator('has-key', 'the mapping has a key')];
}

function valuesFor(
  { other, scopes }: Place & { readonly kind: 'value' },
  { schema, known }: Asked,
): readonly CompletionOption[] {
  if (other.kind !== 'path') return [];
  const { type, reference, label } = resolvePath(other, schema, scopes);
  const texts =
    label !== null && known.labelValues !== undefined && Object.hasOwn(known.labelValues, label)
      ? (known.labelValues[label] ?? [])
      : reference === 'capability' || reference === 'agent.capabilities'
        ? (known.capabilities ?? [])
        : reference === 'agent.group'
          ? (known.groups ?? [])
          : [];
  const written = texts.map((text): CompletionOption => ({
    label: printText(text),
    kind: 'value',
    detail: label === null ? '' : label,
    insert: printText(text),
  }));
  if (type.kind === 'boolean') return [keyword('true', ''), keyword('false', '')];
  return [...written, ...(other.kind === 'path' ? [keyword('null', 'it is missing')] : [])];
}

function keysOf(type: ValueType, isLabels: boolean, { known, quote }: Asked): readonly CompletionOption[] {
  if (isLabels) return (known.labelKeys ?? []).map((key) => keyOption(key, 'a label', quote));
  if (type.kind !== 'object') return [];
  return Object.entries(type.fields).map(([key, field]) => keyOption(key, field.doc, quote));
}

function keyOption(key: string, detail: string, quote: boolean): CompletionOption {
  const isPlain =
    !quote &&
    key.split('.').every((part, index) => (index === 0 ? isPlainName(part) : /^[\w/-]+$/.test(part)));
  return { label: key, kind: 'path', detail, insert: isPlain ? key : printText(key) };
}

function pathsIn(scopes: readonly ElementScope[], { schema, known }: Asked): readonly CompletionOption[] {
  const options: CompletionOption[] = [];
  const innermost = scopes.at(-1);
  if (innermost !== undefined) {
    addFields(options, '', innermost.type);
    options.push({
      label: 'it',
      kind: 'path',
      detail: `The element: ${nameOfType(innermost.type)}.`,
      insert: 'it',
    });
  }
  for (const { name, type } of scopes.toReversed()) {
    if (name === null) continue;
    addFields(options, `${name}.`, type);
    options.push({ label: name, kind: 'path', detail: `An element: ${nameOfType(type)}.`, insert: name });
  }
  if (schema.hasBareLabels && scopes.length === 0)
    for (const key of known.labelKeys ?? []) options.push(labelPath(key, schema));
  for (const [root, { type, doc }] of Object.entries(schema.roots)) {
    if (type.kind === 'object') addFields(options, `${root}.`, type);
    else options.push({ label: root, kind: 'path', detail: doc, insert: root });
  }
  return options;
}

function labelPath(key: string, schema: ContextSchema): CompletionOption {
  const parts = key.split('.');
  const isPlain =
    isPlainName(parts[0] ?? '') &&
    !Object.hasOwn(schema.roots, parts[0] ?? '') &&
    parts.every((part) => /^[\w/-]+$/.test(part));
  return {
    label: key,
    kind: 'path',
    detail: 'a label',
    insert: isPlain ? key : `agent.description[${printText(key)}]`,
  };
}

function addFields(options: CompletionOption[], prefix: string, type: ValueType): void {
  if (type.kind !== 'object') return;
  for (const [key, { doc, notHere }] of Object.entries(type.fields))
    if (notHere === undefined)
      options.push({ label: `${prefix}${key}`, kind: 'path', detail: doc, insert: `${prefix}${key}` });
}

function starters(schema: ContextSchema): readonly CompletionOption[] {
  const list = schema.name === 'selector' ? 'agent.capabilities' : 'config.exporters';
  return [
    keyword('not', 'the opposite'),
    { ...keyword('any', 'an element for which something holds'), insert: `any (${list}) where ` },
    { ...keyword('all', 'something holds for all elements'), insert: `all (${list}) where ` },
    ...(schema.hasBareLabels ? [operator('has-key', 'the agent has a label')] : []),
  ];
}

function functionOptions(): readonly CompletionOption[] {
  return [...functions.values()]
    .filter(({ name }) => name !== 'regex')
    .map(({ name, parameters, doc }) => ({
      label: `${name}(${parameters.map((one) => one.name).join(', ')})`,
      kind: 'function',
      detail: doc,
      insert: `${name}(`,
    }));
}

function keyword(label: string, detail: string): CompletionOption {
  return { label, kind: 'keyword', detail, insert: label };
}

function operator(label: string, detail: string): CompletionOption {
  return { label, kind: 'operator', detail, insert: label };
}

/** Those that begin with what is typed, then those that hold it; each once. */
function rank(options: readonly CompletionOption[], typed: string): readonly CompletionOption[] {
  const wanted = typed.toLowerCase();
  const plain = (option: CompletionOption): string => option.label.toLowerCase().replace(/^["']/, '');
  const first = options.filter((option) => plain(option).startsWith(wanted));
  const second =
    wanted === ''
      ? []
      : options.filter((option) => !first.includes(option) && plain(option).includes(wanted));
  const seen = new Set<string>();
  return [...first, ...second]
    .filter(({ insert }) => !seen.has(insert) && seen.add(insert))
    .slice(0, maxOptions);
}
