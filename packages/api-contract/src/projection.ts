import { z } from 'zod';
import { positionText, timestamp } from './shared.ts';

export const projectionSlot = z.enum(['live', 'rebuild']);
export const projectionAction = z.enum([
  'rebuild',
  'pause',
  'resume',
  'cancel',
  'compare',
  'switch',
  'retire',
  'retry',
]);
export type ProjectionAction = z.output<typeof projectionAction>;

const cell = z.unknown();

/** One table in both; `old` is what serves, `new` what was built. */
const tableComparison = z.object({
  name: z.string(),
  rows: z.object({ old: z.number(), new: z.number() }),
  /** Over the columns that both have, as hexadecimal text; equal checksums mean equal rows. */
  checksum: z.object({ old: z.string(), new: z.string() }),
  identical: z.boolean(),
  /** Rows that differ, counted up to a bound. */
  differing: z.number(),
  isCapped: z.boolean(),
  onlyOldColumns: z.array(z.string()),
  onlyNewColumns: z.array(z.string()),
  sample: z.array(
    z.object({
      key: z.record(z.string(), cell),
      /** Null: the row is in both. */
      onlyIn: z.enum(['old', 'new']).nullable(),
      columns: z.array(z.object({ name: z.string(), old: cell, new: cell })),
    }),
  ),
});

export const projectionComparison = z
  .object({
    state: z.enum(['running', 'done', 'failed']),
    startedAt: timestamp,
    finishedAt: timestamp.nullable(),
    /** Why it failed. */
    message: z.string().nullable(),
    /** Both were compared as they were at this position. */
    position: positionText.nullable(),
    /** What it was compared with. */
    with: z.object({ version: z.int(), slot: projectionSlot }).nullable(),
    identical: z.boolean().nullable(),
    tables: z.array(tableComparison),
    /** Tables that only one of them has. */
    onlyOldTables: z.array(z.string()),
    onlyNewTables: z.array(z.string()),
  })
  .meta({ id: 'ProjectionComparison' });
export type ProjectionComparison = z.output<typeof projectionComparison>;

export const projectionRow = z
  .object({
    name: z.string(),
    version: z.int(),
    /** `rebuild`: grows beside the tables that it will replace. */
    slot: projectionSlot,
    state: z.enum(['building', 'caught-up', 'serving', 'retired', 'failed']),
    paused: z.boolean(),
    /** Caught up or not, it waits for an operator's word before it switches. */
    held: z.boolean(),
    /** Of the machine, while it is built. */
    share: z.number().min(0).max(1),
    position: positionText,
    head: positionText,
    /** How far behind the log it stands; positions where the log's are not dense. */
    lagEvents: z.number(),
    /** Age of the oldest event that is not applied yet; null when it is not known. */
    lagSeconds: z.number().nullable(),
    /** Events per second lately. */
    rate: z.number(),
    /** Events applied since it was begun, those that it handles. */
    eventsDone: z.number(),
    progress: z.number().min(0).max(1),
    etaSeconds: z.number().nullable(),
    failure: z
      .object({
        category: z.enum(['poison', 'shape']),
        message: z.string(),
        position: positionText.nullable(),
        type: z.string().nullable(),
        stream: z.string().nullable(),
      })
      .nullable(),
    lastError: z.string().nullable(),
    poisonPosition: positionText.nullable(),
    /** Asked for and not begun yet. */
    pending: projectionAction.nullable(),
    tables: z.array(z.object({ name: z.string(), rows: z.number().meta({ description: 'An estimate' }) })),
    comparison: projectionComparison.nullable(),
    /** What may be asked of it now. */
    actions: z.array(projectionAction),
    startedAt: timestamp,
    updatedAt: timestamp,
    /** The process that works on it. */
    owner: z.string().nullable(),
  })
  .meta({ id: 'ProjectionRow' });
export type ProjectionRow = z.output<typeof projectionRow>;
export const projectionList = z
  .object({ items: z.array(projectionRow), next: z.null() })
  .meta({ id: 'ProjectionList' });

export const rebuildBody = z
  .object({
    hold: z.boolean().optional().meta({ description: 'Wait for `switch` when it has caught up' }),
    share: z.number().min(0.05).max(1).optional().meta({
      description: 'Of the machine, at most. Default: Projections:RebuildShare',
    }),
    version: z.int().positive().optional(),
  })
  .optional();

/** Which row of a read model is meant; may be left out where only one of them allows the action. */
export const projectionTarget = z
  .object({ version: z.int().positive().optional(), slot: projectionSlot.optional() })
  .optional();
