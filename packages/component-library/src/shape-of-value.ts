import type { ConfigValue } from '@ampora/collector-config';
import { isConfigList, isConfigMap, parseComponentId, readDuration } from '@ampora/collector-config';

import type { SettingsNode } from './settings-node.ts';

/**
 * The letters under which the generator asked the decoder, of the shapes that a value has: `n` nothing, `s` a word,
 * `e` the empty text, `d` a duration, `N` a number in quotes, `B` a truth value in quotes, `i` a whole number, `-` a
 * negative one, `f` one with a fraction, `b` a truth value, `l` a list, `m` a mapping. Any of them is enough.
 */
export function shapesOf(value: ConfigValue): string {
  if (value === null) return 'n';
  if (isConfigList(value)) return 'l';
  if (isConfigMap(value)) return 'm';
  switch (typeof value) {
    case 'boolean':
      return 'b';
    case 'number':
      if (!Number.isInteger(value)) return 'f';
      return value < 0 ? '-' : 'i';
    default:
      return shapesOfText(String(value));
  }
}

function shapesOfText(text: string): string {
  if (text === '') return 'e';
  if (readDuration(text) !== undefined || text === '0') return 'ds';
  if (text === 'true' || text === 'false') return 'Bs';
  return /^[-+]?\d+(\.\d+)?$/.test(text) ? 'Ns' : 's';
}

/** Whether the decoder takes a value in a place. True as well where that is not known. */
export function accepts(node: SettingsNode, value: ConfigValue): boolean {
  // What takes its words by itself has no keys, even where a mapping without any is let through.
  const isWord = node.type === 'text' || node.type === 'id';
  if (isWord && isConfigMap(value) && Object.keys(value).length > 0) return false;
  if (node.accepts === undefined) return true;
  if (node.type === 'id' && typeof value === 'string') return parseComponentId(value) !== undefined;
  const shapes = shapesOf(value);
  if ([...shapes].some((shape) => node.accepts?.includes(shape))) return true;
  if (typeof value !== 'string') return false;
  if (node.enum?.includes(node.isAnyCase === true ? value.toLowerCase() : value) === true) return true;
  // A word with a grammar that is not known here: some words are refused, and nobody can say which.
  return node.type === 'text' && node.enum === undefined;
}

/** What a person would write there: "a mapping", "a duration such as 5s". */
export function describeType(node: SettingsNode): string {
  switch (node.type) {
    case 'string':
    case 'secret':
      return 'a text';
    case 'int':
      return 'a whole number';
    case 'uint':
      return 'a whole number, not negative';
    case 'float':
      return 'a number';
    case 'bool':
      return 'true or false';
    case 'duration':
      return 'a duration such as 5s or 1m30s';
    case 'id':
      return 'a component id (type or type/name)';
    case 'text':
      return node.enum === undefined ? 'a text' : `one of ${node.enum.join(', ')}`;
    case 'struct':
    case 'map':
      return 'a mapping';
    case 'list':
      return 'a list';
    case 'any':
      return 'a value';
  }
}

/** What stands there instead. */
export function describeValue(value: ConfigValue): string {
  if (value === null) return 'nothing';
  if (isConfigList(value)) return 'a list';
  if (isConfigMap(value)) return 'a mapping';
  const text = JSON.stringify(value);
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return typeof value === 'string' ? `the text ${shown}` : shown;
}
