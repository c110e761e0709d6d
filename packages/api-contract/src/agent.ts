import { z } from 'zod';
import { pageOf, pageQuery, positionText, readQuery, timestamp } from './shared.ts';

/**
 * How what an agent runs stands to what it should run: `in-sync`; `pending` (not applied yet); `rejected` (FAILED);
 * `changed` (says applied, runs something else); `unhealthy` (runs it, but is not healthy); `unassigned`; `unknown`
 * (the agent does not report enough to tell).
 */
export const driftState = z
  .enum(['in-sync', 'pending', 'rejected', 'changed', 'unhealthy', 'unassigned', 'unknown'])
  .meta({ id: 'DriftState' });
export type DriftState = z.output<typeof driftState>;

export const remoteConfigStatus = z
  .enum(['unset', 'applied', 'applying', 'failed'])
  .meta({ id: 'RemoteConfigStatus' });
export type RemoteConfigStatus = z.output<typeof remoteConfigStatus>;

/** A published version as others refer to it. */
export const versionRef = z
  .object({ configurationId: z.uuid(), name: z.string(), version: z.int() })
  .meta({ id: 'VersionRef' });
export type VersionRef = z.output<typeof versionRef>;

export const agentRow = z
  .object({
    id: z.uuid(),
    instanceUid: z.uuid(),
    displayName: z.string(),
    agentType: z.string(),
    agentVersion: z.string(),
    hostName: z.string(),
    osType: z.string(),
    connected: z.boolean(),
    transport: z.enum(['websocket', 'http']).nullable(),
    /** Null until the agent has reported health. */
    healthy: z.boolean().nullable(),
    healthStatus: z.string(),
    lastError: z.string(),
    flapping: z.boolean(),
    driftState,
    lastSeenAt: timestamp.nullable(),
    assigned: versionRef.nullable(),
    assignedHash: z.string().nullable(),
    /** Whose assignment that is; null when nothing is assigned. */
    assignedBy: z.enum(['agent', 'group', 'fleet']).nullable(),
    groupId: z.uuid().nullable(),
    groupName: z.string().nullable(),
    /** Those that the server gives it; they lie over what the agent says of itself. */
    labels: z.record(z.string(), z.string()),
    effectiveHash: z.string().nullable(),
    remoteConfigStatus,
    enrolledAt: timestamp,
    /** Since when the agent has been exactly as this row says. */
    stateSince: timestamp,
    /** Position of the event that made it so. */
    statePosition: positionText,
  })
  .meta({ id: 'AgentRow' });
export type AgentRow = z.output<typeof agentRow>;

export const agentSortKeys = [
  'displayName',
  'agentType',
  'agentVersion',
  'hostName',
  'connected',
  'healthy',
  'driftState',
  'remoteConfigStatus',
  'lastSeenAt',
  'stateSince',
  'enrolledAt',
] as const;
export type AgentSortKey = (typeof agentSortKeys)[number];

const many = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (typeof value === 'string' ? value.split(',') : value), z.array(schema)).optional();
const flag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .optional();

/** Filters of the fleet; several values of one field are alternatives, fields combine. */
export const agentFilter = {
  search: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'Part of name, host, type, version or instance uid, ignoring case' }),
  connected: flag,
  healthy: z.enum(['true', 'false', 'unknown']).optional(),
  driftState: many(driftState),
  remoteConfigStatus: many(remoteConfigStatus),
  agentType: many(z.string()),
  agentVersion: many(z.string()),
  osType: many(z.string()),
  configurationId: z.uuid().optional(),
  flapping: flag,
  groupId: z
    .union([z.uuid(), z.literal('none')])
    .optional()
    .meta({ description: 'Members of a group; `none`: those that are in no group' }),
  label: z
    .preprocess(
      // A value may hold commas, a key may not: what follows a comma is another label when it begins with a key.
      (value) => (typeof value === 'string' ? value.split(/,(?=[A-Za-z0-9][\w./-]{0,62}:)/) : value),
      z.array(z.string().regex(/^[^:]+:/, 'Expected key:value.')).max(20),
    )
    .optional()
    .meta({
      description: 'key:value, all of which must be so; server labels lie over what agents say',
    }),
};

export const listAgentsQuery = z.object({
  ...readQuery,
  ...pageQuery,
  ...agentFilter,
  sort: z
    .enum([...agentSortKeys, ...agentSortKeys.map((key) => `-${key}` as const)])
    .default('displayName')
    .meta({ description: 'Sort key; a leading minus sorts downwards' }),
});
export const agentPage = pageOf(agentRow).meta({ id: 'AgentPage' });

export const facetsQuery = z.object({ ...readQuery, ...agentFilter });
export const facets = z
  .object({
    total: z.int(),
    facets: z.record(z.string(), z.array(z.object({ value: z.string(), count: z.int() }))),
  })
  .meta({ id: 'Facets', description: 'Counts per value; each facet ignores its own filter' });
export type Facets = z.output<typeof facets>;

export const attribute = z.object({ key: z.string(), value: z.unknown() });

export interface HealthTree {
  name: string;
  healthy: boolean;
  status: string;
  lastError: string;
  startTimeUnixNano: string;
  statusTimeUnixNano: string;
  components: HealthTree[];
}
export const healthTree: z.ZodType<HealthTree> = z
  .lazy(() =>
    z.object({
      name: z.string(),
      healthy: z.boolean(),
      status: z.string(),
      lastError: z.string(),
      startTimeUnixNano: z.string(),
      statusTimeUnixNano: z.string(),
      components: z.array(healthTree),
    }),
  )
  .meta({ id: 'HealthTree' });

export const driftDifference = z.object({
  path: z.string(),
  kind: z.enum(['missing', 'changed']),
  assigned: z.string(),
  effective: z.string(),
});
export type DriftDifference = z.output<typeof driftDifference>;

export const drift = z
  .object({
    state: driftState,
    /** One sentence for people. */
    explanation: z.string(),
    since: timestamp,
    differences: z.array(driftDifference),
    unknowns: z.array(z.object({ path: z.string(), reason: z.string() })),
    /** Our own findings where the agent gave no reason. */
    findings: z.array(
      z.object({
        severity: z.string(),
        code: z.string(),
        path: z.string(),
        message: z.string(),
        line: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: 'Drift' });
export type Drift = z.output<typeof drift>;

export const agentDetail = agentRow
  .omit({ labels: true })
  .extend({
    /** As they count, by key; `shadowed` is what the agent says where a server label lies over it. */
    labels: z.array(
      z.object({
        key: z.string(),
        value: z.string(),
        source: z.enum(['server', 'agent']),
        shadowed: z.string().nullable(),
      }),
    ),
    identifying: z.array(attribute),
    nonIdentifying: z.array(attribute),
    /** Every bit OpAMP defines, by its name, and whether this agent has set it. */
    capabilities: z.array(z.object({ name: z.string(), bit: z.string(), set: z.boolean() })),
    customCapabilities: z.array(z.string()),
    health: healthTree.nullable(),
    effectiveFiles: z.array(
      z.object({ name: z.string(), contentType: z.string(), contentHash: z.string(), sizeBytes: z.int() }),
    ),
    remoteConfig: z.object({ configHash: z.string(), status: remoteConfigStatus, errorMessage: z.string() }),
    lastOffer: z.object({ configHash: z.string(), at: timestamp, position: positionText }).nullable(),
    componentsHash: z.string().nullable(),
    componentsKnown: z.boolean(),
    packages: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        hash: z.string(),
        status: z.string(),
        errorMessage: z.string(),
      }),
    ),
    connection: z.object({ transport: z.string(), remoteAddress: z.string(), since: timestamp }).nullable(),
    drift,
    /** For each shown value: the position of the event that set it. */
    why: z.record(z.string(), positionText),
  })
  .meta({ id: 'AgentDetail' });
export type AgentDetail = z.output<typeof agentDetail>;

export const effectiveConfig = z
  .object({
    files: z.array(
      z.object({
        name: z.string(),
        contentType: z.string(),
        contentHash: z.string(),
        /** UTF-8 text with secrets masked; null when the body is not text. */
        text: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'EffectiveConfig' });

export const diffHunk = z.object({
  leftStart: z.int(),
  rightStart: z.int(),
  lines: z.array(
    z.object({
      kind: z.enum(['same', 'added', 'removed']),
      left: z.int().nullable(),
      right: z.int().nullable(),
      text: z.string(),
    }),
  ),
});
export const semanticChange = z
  .object({
    kind: z.enum(['added', 'removed', 'modified', 'moved']),
    /** Path text on the side that has it, the later one when both have: `processors.batch.timeout`. */
    path: z.string(),
    /** The values as they are written, bounded, secrets masked; null on the side that has none. */
    before: z.string().nullable(),
    after: z.string().nullable(),
    /** One sentence for people. */
    sentence: z.string(),
  })
  .meta({ id: 'SemanticChange', description: 'One difference in meaning between two configurations' });
export type SemanticChange = z.output<typeof semanticChange>;

export const comparison = z
  .object({
    left: z.string().nullable(),
    right: z.string().nullable(),
    hunks: z.array(diffHunk),
    differences: z.array(driftDifference),
    /** What changed in meaning, in a stable order. Empty too when `semanticProblem` says why nothing can be said. */
    semantic: z.array(semanticChange),
    /** The same to the byte, the same in meaning (other comments, layout or order of keys), or neither. */
    identical: z.enum(['bytes', 'meaning']).nullable(),
    semanticProblem: z.string().nullable(),
  })
  .meta({
    id: 'Comparison',
    description: 'Two texts side by side, their line diff, and the differences in meaning',
  });
export type Comparison = z.output<typeof comparison>;

export const timelineKinds = [
  'lifecycle',
  'connection',
  'description',
  'health',
  'config',
  'status',
  'assignment',
  'packages',
] as const;
export const timelineItem = z
  .object({
    position: positionText,
    at: timestamp,
    type: z.string(),
    kind: z.enum(timelineKinds),
    tone: z.enum(['good', 'bad', 'warn', 'neutral']),
    /** One line for people. */
    title: z.string(),
    detail: z.string(),
    actor: z.string(),
    /** Events that this one stands for (gathered bursts, flapping). */
    count: z.int(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineItem' });
export type TimelineItem = z.output<typeof timelineItem>;
export const timelineQuery = z.object({
  ...readQuery,
  ...pageQuery,
  kind: many(z.enum(timelineKinds)),
});
export const timelinePage = pageOf(timelineItem).meta({ id: 'TimelinePage' });

/** The shape of an agent's life, for drawing: runs of equal state, oldest first. */
export const agentLife = z
  .object({
    from: timestamp,
    to: timestamp,
    intervals: z.array(
      z.object({
        from: timestamp,
        to: timestamp.nullable(),
        position: positionText,
        connected: z.boolean(),
        healthy: z.boolean().nullable(),
        driftState,
        remoteConfigStatus,
      }),
    ),
    /** Intervals may be merged to fit; then this is true. */
    reduced: z.boolean(),
  })
  .meta({ id: 'AgentLife' });
export type AgentLife = z.output<typeof agentLife>;

export const agentComponents = z
  .object({
    hash: z.string().nullable(),
    kinds: z.record(z.string(), z.array(z.object({ type: z.string(), module: z.string() }))),
  })
  .meta({ id: 'AgentComponents' });
