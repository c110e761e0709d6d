import type { JsonObject, JsonValue } from '@ampora/kernel';

const replacement = '\uFFFD';

/** PostgreSQL's text holds neither NUL nor half a surrogate pair, which agents may well send. */
export function toStorable(text: string): string {
  if (text.isWellFormed() && !text.includes('\0')) return text;
  return text.toWellFormed().replaceAll('\0', replacement);
}

/** The same JSON text without what PostgreSQL refuses. A cheap test first: hardly any text needs the walk. */
export function toStorableText(json: string): string {
  if (!json.includes('\\u') || !/\\u(?:0000|d[89a-f])/i.test(json)) return json;
  return JSON.stringify(toStorableJson(JSON.parse(json) as JsonValue));
}

function isStorable(value: JsonValue): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  const members = value as JsonObject;
  for (const key in members) if (!isStorable(key) || !isStorable(members[key] ?? null)) return false;
  return true;
}

/** The same value without what PostgreSQL refuses; the very same object when there is nothing to replace. */
export function toStorableJson<Value extends JsonValue>(value: Value): Value {
  return isStorable(value) ? value : (replaceIn(value) as Value);
}

function replaceIn(value: JsonValue): JsonValue {
  if (typeof value === 'string') return toStorable(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(replaceIn);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [toStorable(key), replaceIn(member as JsonValue)]),
  );
}
