import type { JsonValue } from '@ampora/kernel';

const replacement = '\uFFFD';

/** PostgreSQL's text holds neither NUL nor half a surrogate pair, which agents may well send. */
function toStorable(text: string): string {
  return (text.isWellFormed() ? text : text.toWellFormed()).replaceAll('\0', replacement);
}

/** The same JSON text without what PostgreSQL refuses. A cheap test first: hardly any text needs the walk. */
export function toStorableText(json: string): string {
  if (!/\\u(?:0000|d[89a-f])/i.test(json)) return json;
  return JSON.stringify(toStorableJson(JSON.parse(json) as JsonValue));
}

/** The same value without what PostgreSQL refuses; the very same object when there is nothing to replace. */
export function toStorableJson<Value extends JsonValue>(value: Value): Value {
  if (typeof value === 'string') return toStorable(value) as Value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(toStorableJson);
    return (items.every((item, index) => item === value[index]) ? value : items) as unknown as Value;
  }
  let changed = false;
  const entries = Object.entries(value).map(([key, member]) => {
    const entry = [toStorable(key), toStorableJson(member as JsonValue)] as const;
    changed ||= entry[0] !== key || entry[1] !== member;
    return entry;
  });
  return (changed ? Object.fromEntries(entries) : value) as Value;
}
