/** What is known of a value before anything is evaluated. */
export type ValueType =
  | { readonly kind: 'any' | 'null' | 'boolean' | 'number' | 'string' | 'duration' }
  | { readonly kind: 'list'; readonly element: ValueType }
  /** Keys are not known beforehand, and may hold dots. */
  | { readonly kind: 'map'; readonly value: ValueType }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Field>> };

export interface Field {
  readonly type: ValueType;
  readonly doc: string;
  /** Set where it is known and must not be asked for: what is answered to whoever does. */
  readonly notHere?: { readonly code: string; readonly message: string };
}

export const anyType: ValueType = { kind: 'any' };
export const booleanType: ValueType = { kind: 'boolean' };
export const numberType: ValueType = { kind: 'number' };
export const stringType: ValueType = { kind: 'string' };
export const durationType: ValueType = { kind: 'duration' };

export function listOf(element: ValueType): ValueType {
  return { kind: 'list', element };
}

/** A type as messages name it. */
export function nameOfType(type: ValueType): string {
  switch (type.kind) {
    case 'any':
      return 'anything';
    case 'null':
      return 'null';
    case 'boolean':
      return 'true or false';
    case 'number':
      return 'a number';
    case 'string':
      return 'text';
    case 'duration':
      return 'a duration';
    case 'list':
      return `a list${type.element.kind === 'any' ? '' : ` (of ${nameOfType(type.element)})`}`;
    case 'map':
    case 'object':
      return 'a mapping';
  }
}
