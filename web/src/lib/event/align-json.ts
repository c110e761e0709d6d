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
  write(lines, { depth: 0, key: '', left: left ?? absent, right: right ?? absent });
  return lines;
}

/** A value on both sides, and where it stands. */
interface Place {
  readonly depth: number;
  readonly key: string;
  readonly left: unknown;
  readonly right: unknown;
}

function write(lines: AlignedLine[], place: Place): void {
  const { depth, key, left, right } = place;
  if (left === absent && right === absent) return;
  const nestedLeft = isNested(left);
  const nestedRight = isNested(right);
  const sameShape = nestedLeft && nestedRight && Array.isArray(left) === Array.isArray(right);
  if (sameShape || (nestedLeft && right === absent) || (nestedRight && left === absent)) {
    nest(lines, place);
    return;
  }
  if (nestedLeft || nestedRight) {
    // Of different shapes: one goes, the other comes.
    write(lines, { ...place, right: absent });
    write(lines, { ...place, left: absent });
    return;
  }
  push(lines, depth, textOf(key, left), textOf(key, right));
}

function nest(lines: AlignedLine[], { depth, key, left, right }: Place): void {
  const isList = Array.isArray(left) || Array.isArray(right);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const names = isList
    ? Array.from({ length: Math.max(sizeOf(left), sizeOf(right)) }, (_, index) => String(index))
    : [...new Set([...keysOf(left), ...keysOf(right)])];
  const side = (value: unknown, text: string) => (value === absent ? null : text);
  if (names.length === 0) {
    const text = `${label(key)}${open}${close}`;
    push(lines, depth, side(left, text), side(right, text));
    return;
  }
  // Brackets around what differs are no difference themselves.
  push(lines, depth, side(left, `${label(key)}${open}`), side(right, `${label(key)}${open}`));
  for (const name of names) {
    write(lines, {
      depth: depth + 1,
      key: isList ? '' : name,
      left: itemOf(left, name),
      right: itemOf(right, name),
    });
  }
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
