import { z } from 'zod';
import { sha256Hex } from '../agent/shapes.ts';
import { defineEvent, type EventOf } from '../define-event.ts';

/** A version's number is given with its first draft and never used again, so a discarded draft leaves a gap. */
const version = z.int().positive();
const body = { version, contentHash: sha256Hex, sizeBytes: z.int().nonnegative() };

/** Stands alone in `configuration-name-<hash>`: what makes a name unique in its tenant. */
export const configurationNameReserved = defineEvent({
  type: 'ConfigurationNameReserved',
  version: 1,
  summary: 'A configuration name was taken',
  schema: z.object({ configurationId: z.uuid(), name: z.string() }),
});

export const configurationCreated = defineEvent({
  type: 'ConfigurationCreated',
  version: 1,
  summary: 'A configuration was created, without any version yet',
  schema: z.object({ configurationId: z.uuid(), name: z.string(), description: z.string() }),
});

export const configurationDraftCreated = defineEvent({
  type: 'ConfigurationDraftCreated',
  version: 1,
  summary: 'A draft was begun',
  schema: z.object({ ...body, basedOnVersion: version.nullable() }),
});

export const configurationDraftEdited = defineEvent({
  type: 'ConfigurationDraftEdited',
  version: 1,
  summary: 'A draft was saved',
  schema: z.object({
    ...body,
    /** Row-version after this save; a new draft has 1. */
    rowVersion: z.int().positive(),
  }),
});

export const configurationDraftDiscarded = defineEvent({
  type: 'ConfigurationDraftDiscarded',
  version: 1,
  summary: 'A draft was thrown away',
  schema: z.object({ version }),
});

export const configurationVersionPublished = defineEvent({
  type: 'ConfigurationVersionPublished',
  version: 1,
  summary: 'A draft became an immutable version',
  schema: z.object({
    ...body,
    /** What agents see as config_hash: hex, equal for equal offers. */
    configHash: sha256Hex,
    notes: z.string(),
  }),
});

export const configurationVersionArchived = defineEvent({
  type: 'ConfigurationVersionArchived',
  version: 1,
  summary: 'A version was archived: still valid where it runs, no longer offered for new use',
  schema: z.object({ version }),
});

export const configurationEvents = [
  configurationNameReserved,
  configurationCreated,
  configurationDraftCreated,
  configurationDraftEdited,
  configurationDraftDiscarded,
  configurationVersionPublished,
  configurationVersionArchived,
] as const;

export type ConfigurationEvent = EventOf<(typeof configurationEvents)[number]>;
