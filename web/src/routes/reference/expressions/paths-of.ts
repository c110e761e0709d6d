import type { ContextSchema, Field, ValueType } from '@ampora/expression';

export interface PathDoc {
  readonly path: string;
  readonly type: string;
  readonly doc: string;
}

/** Every path that an expression of a context may use, as a table. */
export function pathsOf({ roots }: ContextSchema): readonly PathDoc[] {
  return Object.entries(roots).flatMap(([name, field]) => below(name, field));
}

function below(path: string, { type, doc }: Field): readonly PathDoc[] {
  return [{ path, type: wordOf(type), doc }, ...fieldsOf(type, path)];
}

function fieldsOf(type: ValueType, path: string): readonly PathDoc[] {
  if (type.kind === 'object')
    return Object.entries(type.fields).flatMap(([name, field]) => below(`${path}.${name}`, field));
  if (type.kind === 'map') return fieldsOf(type.value, `${path}.<key>`);
  if (type.kind === 'list') return fieldsOf(type.element, `${path}[…]`);
  return [];
}

/** A type in a word. */
export function wordOf(type: ValueType): string {
  if (type.kind === 'list') return `list of ${wordOf(type.element)}`;
  if (type.kind === 'map') return `${wordOf(type.value)} by key`;
  const words = { boolean: 'true or false', string: 'text', any: 'anything', object: 'mapping' } as const;
  return type.kind in words ? words[type.kind as keyof typeof words] : type.kind;
}
