import { z } from 'zod';
import { pageOf, pageQuery, positionText, readQuery, timestamp, written } from './shared.ts';

export const versionStatus = z.enum(['Draft', 'Published', 'Archived']).meta({ id: 'VersionStatus' });
export type VersionStatus = z.output<typeof versionStatus>;

/** Where a text was written. */
export const versionSource = z.enum(['ui', 'api', 'cli', 'import', 'git']).meta({ id: 'VersionSource' });
export type VersionSource = z.output<typeof versionSource>;
/** Says where what a request writes comes from; `api` when absent or unknown. */
export const sourceHeader = 'x-ampora-source';

const tagReference = z.string().regex(/^@[a-z0-9._-]{1,40}$/);
const noVersion = 'Expected the number of a version, or a tag such as @golden.';
/** In an address: a version by its number, or by a tag on it as `@golden`. */
export const versionOrTag = z.union([z.coerce.number().int().positive(), tagReference], {
  error: noVersion,
});
/** The same in a body. */
export const versionOrTagInBody = z.union([z.int().positive(), tagReference], { error: noVersion });

export const configurationRow = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    /** Newest published version, if any. */
    publishedVersion: z.int().nullable(),
    drafts: z.int(),
    versions: z.int(),
    /** Agents whose wanted configuration is a version of this one. */
    agents: z.int(),
    /** Whether a version of this one is assigned to all agents. */
    assignedToFleet: z.boolean(),
    createdAt: timestamp,
    createdBy: z.string(),
    updatedAt: timestamp,
  })
  .meta({ id: 'ConfigurationRow' });
export type ConfigurationRow = z.output<typeof configurationRow>;

export const versionRow = z
  .object({
    version: z.int(),
    status: versionStatus,
    contentHash: z.string(),
    /** What agents see as config_hash; null for a draft. */
    configHash: z.string().nullable(),
    sizeBytes: z.int(),
    rowVersion: z.int(),
    basedOnVersion: z.int().nullable(),
    notes: z.string(),
    createdAt: timestamp,
    createdBy: z.string(),
    updatedAt: timestamp,
    updatedBy: z.string(),
    publishedAt: timestamp.nullable(),
    publishedBy: z.string().nullable(),
    agents: z.int(),
    position: positionText,
    /** In alphabetical order. */
    tags: z.array(z.string()),
    /** Null for texts from before it was told. */
    source: versionSource.nullable(),
    /** SHA-256 of what the text means; null for a draft. */
    semanticHash: z.string().nullable(),
    /** Said when the text comes near what agents can be sent. */
    sizeWarning: z.string().nullable(),
  })
  .meta({ id: 'VersionRow' });
export type VersionRow = z.output<typeof versionRow>;

export const listConfigurationsQuery = z.object({
  ...readQuery,
  ...pageQuery,
  search: z.string().max(200).optional(),
});
export const configurationPage = pageOf(configurationRow).meta({ id: 'ConfigurationPage' });

export const configurationDetail = configurationRow
  .extend({ items: z.array(versionRow) })
  .meta({ id: 'ConfigurationDetail' });
export type ConfigurationDetail = z.output<typeof configurationDetail>;

export const listVersionsQuery = z.object({
  ...readQuery,
  ...pageQuery,
  status: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(versionStatus))
    .optional()
    .meta({ description: 'Any of these, separated by commas.' }),
  author: z.string().max(200).optional().meta({ description: 'Who wrote it or published it, exactly.' }),
  hash: z
    .string()
    .regex(/^[0-9a-fA-F]{1,64}$/, 'Expected the beginning of a hash: hexadecimal digits.')
    .transform((text) => text.toLowerCase())
    .optional()
    .meta({ description: 'Beginning of its content hash or semantic hash.' }),
  since: timestamp.optional().meta({ description: 'Changed at or after this time.' }),
  until: timestamp.optional().meta({ description: 'Changed before this time.' }),
});
export const versionPage = pageOf(versionRow).meta({ id: 'VersionPage' });

export const versionDetail = versionRow
  .extend({ configurationId: z.uuid(), name: z.string(), body: z.string() })
  .meta({ id: 'VersionDetail' });
export type VersionDetail = z.output<typeof versionDetail>;

export const configurationName = z.string().trim().min(1).max(120);
export const createConfigurationBody = z.object({
  name: configurationName,
  description: z.string().max(2000).default(''),
  /** YAML of a first draft. */
  body: z.string().optional(),
});
export const configurationCreatedAnswer = written.extend({ id: z.uuid(), version: z.int().nullable() });

export const createVersionBody = z.object({
  body: z.string(),
  basedOnVersion: z.int().positive().optional(),
});
export const versionCreatedAnswer = written.extend({ version: z.int(), rowVersion: z.int() });

export const editVersionBody = z.object({ body: z.string() });
export const versionEditedAnswer = written.extend({ rowVersion: z.int() });

export const publishVersionBody = z
  .object({ notes: z.string().max(2000).default('') })
  .default({ notes: '' });
export const tagBody = z.object({ version: z.int().positive() });

/** What of a configuration is told to run, or tagged, when it is to be deleted. */
export const configurationUser = z
  .object({
    kind: z.enum(['agent', 'group', 'fleet', 'tag']),
    id: z.string(),
    name: z.string(),
    version: z.int(),
  })
  .meta({ id: 'ConfigurationUser' });
export type ConfigurationUser = z.output<typeof configurationUser>;

/** Members of the problem that the loser of an edit gets. */
export const currentDraft = z
  .object({
    /** Null once it cannot change any more. */
    rowVersion: z.int().nullable(),
    status: versionStatus,
    body: z.string(),
    updatedBy: z.string(),
    updatedAt: timestamp,
  })
  .meta({ id: 'CurrentDraft' });
export type CurrentDraft = z.output<typeof currentDraft>;

export const findingLayer = z.enum(['syntax', 'semantic', 'schema', 'lint', 'build']);
export type FindingLayer = z.output<typeof findingLayer>;

export const finding = z
  .object({
    severity: z.enum(['error', 'warning', 'info']),
    /** Stable, as in `reference/undefined-exporter`. */
    code: z.string(),
    /** What found it: the text, its references, what components know, a lint rule, what agents have. */
    layer: findingLayer,
    message: z.string(),
    /** As in `service.pipelines.traces.processors[0]`; empty for the configuration as a whole. */
    path: z.string(),
    /** Both count from 1; the end is the first column that is not part of it. */
    line: z.int().nullable(),
    column: z.int().nullable(),
    endLine: z.int().nullable(),
    endColumn: z.int().nullable(),
    /** What to write in place of what is marked, where one thing is near. */
    suggestion: z.string().optional(),
  })
  .meta({ id: 'Finding' });
export type Finding = z.output<typeof finding>;
/** Whose builds a text is checked against: one agent's, those of a group's members, or all of the tenant. */
export const validationTarget = z.union([
  z.strictObject({ agentId: z.uuid() }),
  z.strictObject({ groupId: z.uuid() }),
  z.strictObject({ all: z.literal(true) }),
]);
export type ValidationTarget = z.output<typeof validationTarget>;

export const validateBody = z.object({
  body: z.string(),
  /** Collector release whose components the settings are checked with; the default one when left out. */
  release: z.string().max(40).optional(),
  target: validationTarget.optional(),
});
export const validation = z
  .object({
    /** False when at least one finding is an error: such a text is not published. */
    valid: z.boolean(),
    findings: z.array(finding),
    /** Null without a target. */
    components: z
      .object({
        /** Different component lists that agents of the target have reported. */
        checkedAgainst: z.int(),
        /** Agents of the target that have told what their build contains, and that have not. */
        agents: z.int(),
        silentAgents: z.int(),
        missing: z.array(
          z.object({
            /** As in `receivers.filelog`. */
            component: z.string(),
            /** Agents whose build lacks it. */
            agents: z.int(),
          }),
        ),
      })
      .nullable(),
  })
  .meta({ id: 'Validation' });

export const versionPublishedAnswer = written.extend({
  version: z.int(),
  contentHash: z.string(),
  configHash: z.string(),
  /** Null when the text is beyond what is read for its meaning. */
  semanticHash: z.string().nullable(),
  /** It means what the newest published version means: who runs that has nothing to change. */
  unchangedMeaning: z.boolean(),
  equalsVersion: z.int().nullable(),
  /** Warnings and remarks; an error would have refused it. */
  findings: z.array(finding),
});

export const importBody = z.object({
  agentId: z.uuid(),
  /** Default: what the text calls itself, else the agent's name. */
  name: configurationName.optional(),
  description: z.string().max(2000).default(''),
  /** Take out what the agent's supervisor added. */
  tidy: z.boolean().default(true),
  /** Which of the files that the agent reports; needed when there are several. */
  file: z.string().max(1000).optional(),
});
export const importedAnswer = written.extend({
  id: z.uuid(),
  name: z.string(),
  version: z.int(),
  /** Paths that tidying took out. */
  removed: z.array(z.string()),
  findings: z.array(finding),
});

export const applyBody = z.object({
  /** Default: what the text calls itself with `# ampora.name: …` in its first line. */
  name: configurationName.optional(),
  body: z.string(),
  publish: z.boolean().default(false),
  notes: z.string().max(2000).default(''),
  /** Say what would happen, and do nothing. */
  dryRun: z.boolean().default(false),
});
export const appliedAnswer = z.object({
  action: z.enum(['created', 'drafted', 'published', 'unchanged']),
  /** Null in a dry run that would create it. */
  id: z.uuid().nullable(),
  name: z.string(),
  version: z.int(),
  status: versionStatus,
  /** Null in a dry run of something that is not there. */
  position: positionText.nullable(),
  contentHash: z.string(),
  semanticHash: z.string().nullable(),
  unchangedMeaning: z.boolean(),
  equalsVersion: z.int().nullable(),
  findings: z.array(finding),
});
export type AppliedAnswer = z.output<typeof appliedAnswer>;

export const compareQuery = z.object({
  ...readQuery,
  from: versionOrTag,
  to: versionOrTag,
});
