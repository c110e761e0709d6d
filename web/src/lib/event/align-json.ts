/** One line of two JSON values side by side; null where a side has nothing. */
export interface AlignedLine {
  readonly depth: number;
  readonly left: string | null;
  readonly right: string | null;
  readonly kind: 'same' | 'added' | 'removed' | 'changed';
}

type Mapping = Readonly<Record<string, unknown>>;
const absent = Symbol('absent');
const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNested = (value: unknown): value is Mapping | readonly unknown[] =>
  Array.isArray(value) || isMapping(value);
const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Two JSON values as lines beside each other, so that what changed stands on one line. Keys are matched by name, in the
 * order of the left side; items of lists by their place.
 */
export function alignJson(left: unknown, right: unknown): AlignedLine[] {
  const lines: AlignedLine[] = [];
  write(lines, 0, '', left ?? absent, right ?? absent);
  return lines;
}

function write(lines: AlignedLine[], depth: number, key: string, left: unknown, right: unknown): void {
  if (left === absent && right === absent) return;
  const nestedLeft = isNested(left);
  const nestedRight = isNested(right);
  const sameShape = nestedLeft && nestedRight && Array.isArray(left) === Array.isArray(right);
  if (sameShape || (nestedLeft && right === absent) || (nestedRight && left === absent)) {
    nest(lines, depth, key, left, right);
    return;
  }
  if (nestedLeft || nestedRight) {
    // Of different shapes: one goes, the other comes.
    write(lines, depth, key, left, absent);
    write(lines, depth, key, absent, right);
    return;
  }
  push(lines, depth, textOf(key, left), textOf(key, right));
}

function nest(lines: AlignedLine[], depth: number, key: string, left: unknown, right: unknown): void {
  const isList = Array.isArray(left) || Array.isArray(right);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const names = isList
    ? Array.from({ length: Math.max(sizeOf(left), sizeOf(right)) }, (_, index) => String(index))
    : [...new Set([...keysOf(left), ...keysOf(right)])];
  const side = (value: unknown, text: string) => (value === absent ? null : text);
  if (names.length === 0) {
    push(
      lines,
      depth,
      side(left, `${label(key)}${open}${close}`),
      side(right, `${label(key)}${open}${close}`),
    );
    return;
  }
  // Brackets around what differs are no difference themselves.
  push(lines, depth, side(left, `${label(key)}${open}`), side(right, `${label(key)}${open}`));
  for (const name of names)
    write(lines, depth + 1, isList ? '' : name, itemOf(left, name), itemOf(right, name));
  push(lines, depth, side(left, close), side(right, close));
}

function push(lines: AlignedLine[], depth: number, left: string | null, right: string | null): void {
  const kind = left === null ? 'added' : right === null ? 'removed' : equal(left, right) ? 'same' : 'changed';
  lines.push({ depth, left, right, kind });
}

const label = (key: string) => (key === '' ? '' : `${key}: `);
const textOf = (key: string, value: unknown) =>
  value === absent ? null : `${label(key)}${JSON.stringify(value)}`;
const sizeOf = (value: unknown) => (Array.isArray(value) ? value.length : 0);
const keysOf = (value: unknown) => (isMapping(value) ? Object.keys(value) : []);

function itemOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return Number(name) < value.length ? (value[Number(name)] as unknown) : absent;
  return isMapping(value) && Object.hasOwn(value, name) ? value[name] : absent;
}
