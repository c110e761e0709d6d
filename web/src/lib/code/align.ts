import { parseDocument, stringify } from 'yaml';

/** Two YAML texts written the same way, so that a line diff shows what differs and not how it was written. */
export interface Aligned {
  readonly left: string;
  readonly right: string;
}

type Mapping = Record<string, unknown>;
const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What YAML leaves empty and what says "nothing in it" mean the same to a Collector. */
const isEmpty = (value: unknown) => value === null || (isMapping(value) && Object.keys(value).length === 0);

/** `value` with its keys in the order of `model`; keys that the model lacks follow by name. */
function ordered(value: unknown, model: unknown): unknown {
  if (isEmpty(value) && isEmpty(model)) return null;
  if (Array.isArray(value)) {
    return value.map((item, index) => ordered(item, Array.isArray(model) ? model[index] : undefined));
  }
  if (!isMapping(value)) return value;
  const known = isMapping(model) ? Object.keys(model).filter((key) => Object.hasOwn(value, key)) : [];
  const others = Object.keys(value)
    .filter((key) => !known.includes(key))
    .sort();
  return Object.fromEntries(
    [...known, ...others].map((key) => [key, ordered(value[key], isMapping(model) ? model[key] : undefined)]),
  );
}

function parse(text: string): unknown {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new Error('not YAML');
  return document.toJS({ maxAliasCount: 100 });
}

/** Both texts in the left one's order of keys, without comments; null when one of them is not YAML. */
export function align(left: string, right: string): Aligned | null {
  try {
    const model = parse(left);
    const write = (value: unknown) => stringify(ordered(value, model), { lineWidth: 0, nullStr: '' });
    return { left: write(model), right: write(parse(right)) };
  } catch {
    return null;
  }
}
