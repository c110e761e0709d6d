import { z } from 'zod';
import { positionText, readQuery, timestamp } from './shared.ts';

/**
 * The types of events that are decisions: what there is to be told to agents, and what they are told. The activity of the
 * log counts them as `changes`; `GET /api/events?type=` finds them.
 */
export const changeTypes = [
  'ConfigurationCreated',
  'ConfigurationDraftCreated',
  'ConfigurationDraftEdited',
  'ConfigurationDraftDiscarded',
  'ConfigurationVersionPublished',
  'ConfigurationVersionArchived',
  'ConfigurationVersionUnarchived',
  'ConfigurationVersionDeleted',
  'ConfigurationTagSet',
  'ConfigurationTagRemoved',
  'ConfigurationDeleted',
  'AgentConfigurationAssigned',
  'AgentConfigurationUnassigned',
  'FleetConfigurationAssigned',
  'FleetConfigurationUnassigned',
  'AgentJoinedGroup',
  'AgentLeftGroup',
  'AgentLabelsChanged',
  'AgentConfigurationReofferRequested',
  'BulkActionPerformed',
  'GroupCreated',
  'GroupDetailsChanged',
  'GroupSelectorChanged',
  'GroupConfigurationAssigned',
  'GroupConfigurationUnassigned',
  'GroupDeleted',
  'GroupRestored',
  'LintRuleDefined',
  'LintRuleChanged',
  'LintRuleSettingChanged',
  'LintRuleRemoved',
] as const;

const place = z.object({ position: positionText, at: timestamp });
const neighbour = place.extend({ type: z.string() });

export const logActivityQuery = z.object({
  since: z.iso.datetime({ offset: true }).optional().meta({ description: 'Default: the first event' }),
  until: z.iso.datetime({ offset: true }).optional().meta({ description: 'Default: the last event' }),
  buckets: z.coerce
    .number()
    .int()
    .min(1)
    .max(400)
    .default(120)
    .meta({ description: 'How many at the most; none is shorter than a second' }),
  agentId: z.uuid().optional().meta({ description: 'Only what one agent says, and what it was told to run' }),
  after: readQuery.after,
});

export const logActivity = z
  .object({
    first: place.nullable(),
    last: place.nullable(),
    since: timestamp,
    until: timestamp,
    /** Oldest first; each ends where the next begins, to the second. */
    buckets: z.array(
      z.object({
        from: timestamp,
        to: timestamp,
        /** All but stored bodies. */
        events: z.int(),
        /** Decisions of people: configurations, assignments, settings. */
        changes: z.int(),
        /** Went unhealthy, refused a configuration, was lost, flapped. */
        trouble: z.int(),
      }),
    ),
    /** Only the newest events of an agent were counted. */
    isCapped: z.boolean(),
  })
  .meta({ id: 'LogActivity' });
export type LogActivity = z.output<typeof logActivity>;

export const logMomentQuery = z.object(readQuery);
export const logMoment = z
  .object({
    live: z.boolean(),
    /** Position of the event that made the moment what it is; `0` before the first. */
    position: positionText,
    at: timestamp,
    /** The events before and after it, for stepping; null at the ends. Stored bodies are stepped over. */
    previous: neighbour.nullable(),
    next: neighbour.nullable(),
  })
  .meta({ id: 'LogMoment' });
export type LogMoment = z.output<typeof logMoment>;
