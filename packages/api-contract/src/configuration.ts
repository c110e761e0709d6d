import { z } from 'zod';
import { pageOf, pageQuery, positionText, readQuery, timestamp, written } from './shared.ts';

export const versionStatus = z.enum(['Draft', 'Published', 'Archived']).meta({ id: 'VersionStatus' });
export type VersionStatus = z.output<typeof versionStatus>;

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
export const versionPublishedAnswer = written.extend({
  version: z.int(),
  contentHash: z.string(),
  configHash: z.string(),
});

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

export const compareQuery = z.object({
  ...readQuery,
  from: z.coerce.number().int().positive(),
  to: z.coerce.number().int().positive(),
});
