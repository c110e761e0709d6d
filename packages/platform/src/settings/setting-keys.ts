import { z } from 'zod';
import { settingsSchema } from './settings-schema.ts';

/** One key that an operator can set. */
export interface SettingKey {
  /** `Section:Key`; the last part is `*` where any name may stand (log categories, header names). */
  readonly name: string;
  readonly schema: z.ZodType;
  readonly takes: 'number' | 'text';
  readonly expected: string;
  readonly secret: boolean;
  readonly defaultValue: unknown;
}

/** Read off the schema, so that a key exists in one place. */
export const settingKeys: ReadonlyMap<string, SettingKey> = new Map(
  keysUnder(settingsSchema, '').map((key) => [key.name, key]),
);

export const settingSections: readonly string[] = Object.keys(settingsSchema.shape);

/** The key that a name addresses, if there is one. */
export function findSettingKey(name: string): SettingKey | undefined {
  const exact = settingKeys.get(name);
  if (exact !== undefined) return name.endsWith(':*') ? undefined : exact;
  const open = /^([^:]+:[^:]+):[^:]+$/.exec(name);
  return open === null ? undefined : settingKeys.get(`${open[1]}:*`);
}

function keysUnder(schema: z.ZodType, name: string): SettingKey[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([part, inner]) =>
      keysUnder(inner, name === '' ? part : `${name}:${part}`),
    );
  }
  const defaultValue = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  const inner = schema instanceof z.ZodDefault ? (schema.def.innerType as z.ZodType) : schema;
  if (inner instanceof z.ZodRecord) return [toKey(`${name}:*`, inner.valueType as z.ZodType, undefined)];
  return [toKey(name, inner, defaultValue)];
}

function toKey(name: string, schema: z.ZodType, defaultValue: unknown): SettingKey {
  const notes = schema.meta() ?? {};
  return {
    name,
    schema,
    takes: schema instanceof z.ZodNumber ? 'number' : 'text',
    expected: String(notes['expected'] ?? 'another value'),
    secret: notes['secret'] === true,
    defaultValue,
  };
}
