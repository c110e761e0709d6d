import { z } from 'zod';
import { sha256Hex } from '../agent/shapes.ts';
import { defineEvent, type EventOf } from '../define-event.ts';

/** A version's number is given with its first draft and never used again, so a discarded draft leaves a gap. */
const version = z.int().positive();
const body = { version, contentHash: sha256Hex, sizeBytes: z.int().nonnegative() };
const tag = z.string();
/** What a text came from; absent in events from before it was told. */
const source = z.enum(['ui', 'api', 'cli', 'import', 'git']).optional();
export type ConfigurationSource = NonNullable<z.output<typeof source>>;

/** Stands alone in `configuration-name-<hash>`: what makes a name unique in its tenant. */
export const configurationNameReserved = defineEvent({
  type: 'ConfigurationNameReserved',
  version: 1,
  summary: 'A configuration name was taken',
  schema: z.object({ configurationId: z.uuid(), name: z.string() }),
});

/** Follows its reservation in the same stream: the name is free. */
export const configurationNameReleased = defineEvent({
  type: 'ConfigurationNameReleased',
  version: 1,
  summary: 'The name of a deleted configuration became free',
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
  schema: z.object({ ...body, basedOnVersion: version.nullable(), source }),
});

export const configurationDraftEdited = defineEvent({
  type: 'ConfigurationDraftEdited',
  version: 1,
  summary: 'A draft was saved',
  schema: z.object({
    ...body,
    /** Row-version after this save; a new draft has 1. */
    rowVersion: z.int().positive(),
    source,
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
    /** SHA-256 of what the text means: equal for texts that differ in form only. */
    semanticHash: sha256Hex.optional(),
  }),
});

export const configurationVersionArchived = defineEvent({
  type: 'ConfigurationVersionArchived',
  version: 1,
  summary: 'A version was archived: still valid where it runs, no longer offered for new use',
  schema: z.object({ version }),
});

export const configurationVersionUnarchived = defineEvent({
  type: 'ConfigurationVersionUnarchived',
  version: 1,
  summary: 'An archived version was offered for new use again',
  schema: z.object({ version }),
});

export const configurationVersionDeleted = defineEvent({
  type: 'ConfigurationVersionDeleted',
  version: 1,
  summary: 'A version that nobody used was deleted; its text stays in the log',
  schema: z.object({ version }),
});

export const configurationTagSet = defineEvent({
  type: 'ConfigurationTagSet',
  version: 1,
  summary: 'A tag was put on a published version',
  schema: z.object({
    tag,
    version,
    /** Where the tag was before; moving it is this one event. */
    previousVersion: version.nullable(),
  }),
});

export const configurationTagRemoved = defineEvent({
  type: 'ConfigurationTagRemoved',
  version: 1,
  summary: 'A tag was taken off its version',
  schema: z.object({ tag, version }),
});

export const configurationDeleted = defineEvent({
  type: 'ConfigurationDeleted',
  version: 1,
  summary: 'A configuration that nobody used was deleted with all its versions; its history stays',
  schema: z.object({ configurationId: z.uuid(), name: z.string() }),
});

export const configurationEvents = [
  configurationNameReserved,
  configurationNameReleased,
  configurationCreated,
  configurationDraftCreated,
  configurationDraftEdited,
  configurationDraftDiscarded,
  configurationVersionPublished,
  configurationVersionArchived,
  configurationVersionUnarchived,
  configurationVersionDeleted,
  configurationTagSet,
  configurationTagRemoved,
  configurationDeleted,
] as const;

export type ConfigurationEvent = EventOf<(typeof configurationEvents)[number]>;
