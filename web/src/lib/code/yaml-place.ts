/** Where a cursor stands in YAML that may be half written: told from indents, as a person reads it. */
export interface YamlPlace {
  /** From the root to what the cursor is in; numbers count list items from 0. */
  readonly path: readonly (string | number)[];
  /** What would be written here. */
  readonly role: 'key' | 'value' | 'item';
  /** What stands between `from` and the cursor, in columns from 0 of the cursor's line. */
  readonly word: string;
  readonly from: number;
}

/** A text by lines, counted from 1. */
export interface Lines {
  readonly count: number;
  line(number: number): string;
}

/** As far up as a place is looked for; beyond it the path begins in the middle. */
const mostLinesUp = 20_000;

interface Line {
  /** Column of each `- `, outermost first. */
  readonly dashes: readonly number[];
  /** Column at which the content begins. */
  readonly indent: number;
  readonly key: string | null;
  /** Column behind the colon of the key. */
  readonly valueAt: number;
}

const keyShape =
  /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#"'[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?))\s*:(?=\s|$)/;

function read(text: string): Line {
  let at = text.length - text.trimStart().length;
  const dashes: number[] = [];
  while (text[at] === '-' && (text[at + 1] === ' ' || text[at + 1] === undefined)) {
    dashes.push(at);
    at += 1;
    while (text[at] === ' ') at += 1;
  }
  const key = keyShape.exec(text.slice(at));
  if (key === null) return { dashes, indent: at, key: null, valueAt: at };
  return { dashes, indent: at, key: key[1] ?? key[2] ?? key[3] ?? '', valueAt: at + key[0].length };
}

/** `line` from 1, `column` from 0. Costs the lines above up to the section's head. */
export function yamlPlaceAt(lines: Lines, line: number, column: number): YamlPlace {
  const text = lines.line(line);
  const before = text.slice(0, column);
  const here = read(text);
  const isBlank = text.trim() === '';
  const ownKey = column >= here.valueAt ? here.key : null;
  const inValue = ownKey !== null;
  const indent = isBlank || column < here.indent ? column : here.indent;
  const flow = inValue || here.key === null ? flowPlace(before, inValue ? here.valueAt : here.indent) : null;
  const own: (string | number)[] = ownKey === null ? [] : [ownKey];
  const dashes = isBlank ? [] : here.dashes.filter((dash) => dash < column);
  const parents = parentsOf(lines, line, dashes, indent);
  const path = [...parents, ...own];
  if (flow !== null) return { path: [...path, flow.index], role: 'item', word: flow.word, from: flow.from };
  const start = inValue ? here.valueAt : Math.min(indent, column);
  const typed = text.slice(start, column);
  const word = typed.trimStart();
  const role = inValue ? 'value' : dashes.length > 0 && here.key === null ? 'item' : 'key';
  const named = role === 'key' && here.key !== null && column > here.indent ? [...path, here.key] : path;
  return { path: named, role, word, from: column - word.length };
}

/** Inside `[a, b`: which item the cursor is in. */
function flowPlace(before: string, from: number): { index: number; word: string; from: number } | null {
  const open = before.indexOf('[', from);
  if (open < 0 || before.slice(from, open).trim() !== '' || before.includes(']', open)) return null;
  const inside = before.slice(open + 1);
  const lastComma = inside.lastIndexOf(',');
  const word = inside.slice(lastComma + 1).trimStart();
  return { index: inside.split(',').length - 1, word, from: before.length - word.length };
}

/** The keys and items above that a line at these dashes and this indent belongs to. */
function parentsOf(
  lines: Lines,
  line: number,
  dashes: readonly number[],
  indent: number,
): readonly (string | number)[] {
  const path: (string | number)[] = [];
  // Items open at the cursor, by the column of their dash: their place in the list is counted on the way up.
  const items: { column: number; slot: number }[] = [];
  const open = (columns: readonly number[]) => {
    for (const column of columns.toReversed()) {
      path.unshift(0);
      for (const item of items) item.slot += 1;
      items.push({ column, slot: 0 });
    }
  };
  open(dashes);
  // What a parent's key must stand left of. A list may stand under its key without an indent of its own.
  let limit = dashes[0] ?? indent;
  let listLimit = dashes.length > 0;
  const last = Math.max(1, line - mostLinesUp);
  for (let number = line - 1; number >= last && (limit > 0 || listLimit); number -= 1) {
    const text = lines.line(number);
    const trimmed = text.trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const above = read(text);
    const outer = above.dashes[0] ?? above.indent;
    for (const item of items)
      if (above.dashes.includes(item.column) && item.column === limit)
        path[item.slot] = (path[item.slot] as number) + 1;
    const isParent =
      above.indent < limit || (listLimit && above.indent === limit && above.dashes.length === 0);
    if (isParent && above.key !== null) {
      path.unshift(above.key);
      for (const item of items) item.slot += 1;
      items.length = 0;
      open(above.dashes);
      limit = outer;
      listLimit = above.dashes.length > 0;
    } else if (outer < limit && above.dashes.some((dash) => dash < limit) && above.indent >= limit) {
      // The first key of an item whose other keys were met: `- name: a` above the cursor's `value:`.
      open(above.dashes);
      items.splice(0, items.length - above.dashes.length);
      limit = outer;
      listLimit = true;
    }
  }
  return path;
}
