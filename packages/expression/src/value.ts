import { Duration } from './duration.ts';

/** What an expression computes with. A key that is missing reads as null. */
export type Value = null | boolean | number | string | Duration | readonly Value[] | ValueMap;

/** A mapping. Ask with `Object.hasOwn`: keys come from users and may be called `constructor`. */
export interface ValueMap {
  readonly [key: string]: Value;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Duration);
}

/** The kind of a value as messages name it. */
export function nameOfValue(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'text';
  if (value instanceof Duration) return 'a duration';
  if (isList(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'number' ? 'a number' : 'true or false';
}
