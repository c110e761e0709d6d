import type { DomainEvent, JsonObject } from '@ampora/kernel';
import type { z } from 'zod';

type Upcast = (data: JsonObject) => JsonObject;

/** One kind of event: its stored name, today's shape, and the steps from every past shape to today's. */
export interface EventDefinition<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  /** Stored name: never changed, never reused. */
  readonly type: Type;
  /** Version of today's shape, from 1. */
  readonly version: number;
  readonly schema: Schema;
  /** What the event means, in one sentence, for history pages and the AsyncAPI document. */
  readonly summary: string;
  /** `upcast[n]` turns shape n into shape n+1. */
  readonly upcast: Readonly<Record<number, Upcast>>;
}

/** Declares an event; a gap in the upcasting steps fails at load. */
export function defineEvent<const Type extends string, Schema extends z.ZodType>(
  definition: Omit<EventDefinition<Type, Schema>, 'upcast'> & {
    readonly upcast?: Readonly<Record<number, Upcast>>;
  },
): EventDefinition<Type, Schema> {
  const upcast = definition.upcast ?? {};
  for (let version = 1; version < definition.version; version++) {
    if (!upcast[version]) throw new Error(`${definition.type} has no upcasting step from version ${version}`);
  }
  return { ...definition, upcast };
}

/** The typed event that a definition describes. */
export type EventOf<Definition extends EventDefinition> =
  Definition extends EventDefinition<infer Type, infer Schema> ? DomainEvent<Type, z.output<Schema>> : never;
