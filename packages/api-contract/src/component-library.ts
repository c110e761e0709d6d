import { z } from 'zod';
import { pageOf } from './shared.ts';

export const componentKind = z
  .enum(['receiver', 'processor', 'exporter', 'connector', 'extension'])
  .meta({ id: 'ComponentKind' });

export const componentReleaseList = z
  .object({
    releases: z.array(
      z.object({
        /** Of the Collector, such as `0.149.0`. */
        version: z.string(),
        /** It is the one that texts are checked against where nobody names one. */
        default: z.boolean(),
        components: z.int(),
      }),
    ),
  })
  .meta({ id: 'ComponentReleaseList' });

const signal = z.enum(['traces', 'metrics', 'logs', 'profiles']);

export const componentRow = z
  .object({
    kind: componentKind,
    type: z.string(),
    /** Older names that the release still takes. */
    aliases: z.array(z.string()),
    /** Go module; empty for what was written by hand. */
    module: z.string(),
    /** By signal; of a connector by `from→to`; of an extension under `extension`. */
    stability: z.record(z.string(), z.string()),
    signals: z.array(signal),
    /** Of a connector: which signal can become which. */
    connectorPairs: z.array(z.object({ from: signal, to: signal })),
    /** It does not run on its defaults alone. */
    needsSettings: z.boolean(),
    /** One sentence; empty when there is none. */
    doc: z.string(),
    /** Written by hand, not read from the component: the main settings only. */
    handWritten: z.boolean(),
    /** The release whose component this is, when the one asked for could not be read; else null. */
    borrowedFrom: z.string().nullable(),
  })
  .meta({ id: 'ComponentRow' });
export type ComponentRow = z.output<typeof componentRow>;

export type ComponentFieldType =
  | 'string'
  | 'secret'
  | 'int'
  | 'uint'
  | 'float'
  | 'bool'
  | 'duration'
  | 'id'
  | 'text'
  | 'struct'
  | 'list'
  | 'map'
  | 'any';

export interface ComponentField {
  /** Empty for the element of a list or a map. */
  name: string;
  type: ComponentFieldType;
  /** As JSON; null when there is none. */
  default: unknown;
  /** One sentence; empty when there is none. */
  doc: string;
  /** Of a struct. */
  children: ComponentField[];
  /** Of a list or a map. */
  element: ComponentField | null;
  enum?: string[] | undefined;
  /** Nothing is known of what is in it, or other keys are taken too. */
  opaque: boolean;
  /** `off`: does nothing until written. `unset`: takes its defaults once the key is written. `on`: holds from the start. */
  optional: 'off' | 'unset' | 'on' | null;
  /** By the word under `discriminator`: settings that only some have. */
  variants?: { discriminator: string; by: Record<string, ComponentField[]> } | undefined;
}

export const componentField: z.ZodType<ComponentField> = z
  .lazy(() =>
    z.object({
      name: z.string(),
      type: z.enum([
        'string',
        'secret',
        'int',
        'uint',
        'float',
        'bool',
        'duration',
        'id',
        'text',
        'struct',
        'list',
        'map',
        'any',
      ]),
      default: z.unknown(),
      doc: z.string(),
      children: z.array(componentField),
      element: componentField.nullable(),
      enum: z.array(z.string()).optional(),
      opaque: z.boolean(),
      optional: z.enum(['off', 'unset', 'on']).nullable(),
      variants: z
        .object({ discriminator: z.string(), by: z.record(z.string(), z.array(componentField)) })
        .optional(),
    }),
  )
  .meta({ id: 'ComponentField' });

export const componentDetail = componentRow
  .extend({ fields: z.array(componentField) })
  .meta({ id: 'ComponentDetail' });
export type ComponentDetail = z.output<typeof componentDetail>;

export const componentPage = pageOf(componentRow);

const release = z.string().regex(/^\d{1,4}(\.\d{1,4}){1,2}$/, 'Expected a release, such as 0.149.0.');
export const componentRelease = z.object({ release });
export const componentOfRelease = z.object({
  release,
  kind: componentKind,
  type: z.string().regex(/^[a-zA-Z][0-9a-zA-Z_]{0,62}$/, 'Expected a component type, such as otlp.'),
});
export const listComponentsQuery = z.object({ kind: componentKind.optional() });
