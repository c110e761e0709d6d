import type { ConfigPath } from './config-path.ts';
import type { ConfigValue } from './config-value.ts';

/** A value fit for a page or a record: a scalar, long text cut; a mapping or list as compact JSON text, cut. */
export type BoundedValue = string | number | boolean | null;

const maxLength = 240;
/** Keys whose values are never shown. */
export const secretKey = /passw|secret|token|api_?-?key|authorization|credential|private_?key|bearer|cookie/i;
/** What stands in place of a value whose key says that it is a secret. */
export const maskedValue = '[REDACTED]';

/** Bounds a value to 240 characters and masks what a key on its path, or inside it, names as a secret. */
export function toBoundedValue(value: ConfigValue, path: ConfigPath): BoundedValue {
  if (path.some((segment) => typeof segment === 'string' && secretKey.test(segment)) && isPresent(value))
    return maskedValue;
  if (typeof value === 'string') return cut(value);
  if (value === null || typeof value !== 'object') return value;
  return cut(render(value, maxLength + 1));
}

function isPresent(value: ConfigValue): boolean {
  return value !== null && value !== '' && typeof value !== 'boolean';
}

// Stops when the room is used up, so that a large subtree costs no more than what is shown of it.
function render(value: ConfigValue, room: number): string {
  if (value === null || typeof value !== 'object')
    return JSON.stringify(typeof value === 'string' ? value.slice(0, room) : value);
  const isList = Array.isArray(value);
  let text = isList ? '[' : '{';
  let isFirst = true;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (text.length > room) return text;
    const member = (value as Readonly<Record<string, ConfigValue>>)[key] ?? null;
    const shown = !isList && secretKey.test(key) && isPresent(member) ? maskedValue : member;
    text += `${isFirst ? '' : ','}${isList ? '' : `${JSON.stringify(key.slice(0, room))}:`}${render(shown, room - text.length)}`;
    isFirst = false;
  }
  return `${text}${isList ? ']' : '}'}`;
}

function cut(text: string): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
