import type { EventLog } from '@ampora/application/ports';
import type { VersionKey } from '@ampora/domain';
import { END_OF_TIME, type Position, type RecordedEvent } from '@ampora/kernel';
import type { Knex } from 'knex';
import { activityBuckets, listRecent, listTimeline, type TimelineRequest } from './agent-timeline/queries.ts';
import type { ActivityBucket, RecentEntry } from './agent-timeline/queries.ts';
import { type AssignmentsRequest, fleetAssignmentOf, listAssignments } from './assignments/queries.ts';
import {
  type ConfigurationsRequest,
  countConfigurations,
  getConfiguration,
  getVersion,
  listConfigurations,
  listVersions,
  type VersionsRequest,
} from './configurations/queries.ts';
import { listConfigurationUsers } from './configurations/configuration-users.ts';
import { type BisectWindow, countTouches } from './bisect/count-touches.ts';
import { describeEvents } from './bisect/describe-touches.ts';
import { findWindow, type GivenMoments } from './bisect/find-window.ts';
import { auditFacets } from './audit/audit-facets.ts';
import { type AgeBounds, auditKeeping, countAgedRows } from './audit/audit-keeping.ts';
import { type AuditRequest, listAuditEvents } from './audit/list-audit-events.ts';
import { createContentReader } from './engine/content-reader.ts';
import { createPositionWaiter } from './engine/position-waiter.ts';
import { listProjections } from './engine/list-projections.ts';
import type { StoredProjection } from './engine/projection-states.ts';
import { countEvents, type EventFacets } from './event-index/count-events.ts';
import type { EventSearch } from './event-index/event-filter.ts';
import { eventCauses, type EventCauses } from './event-index/event-causes.ts';
import { type EventsRequest, findEvents, type FoundEvents } from './event-index/find-events.ts';
import { stretchOf, type TimeSpan } from './event-index/stretch-of.ts';
import { agentLife } from './fleet/agent-life.ts';
import type { DriftState } from './fleet/agent-row.ts';
import { driftStates } from './fleet/agent-row.ts';
import { type BuildsOf, componentBuilds } from './fleet/component-builds.ts';
import { countAgents, countFacets } from './fleet/count-agents.ts';
import { createRejectionExplainer } from './fleet/explain-rejection.ts';
import { getAgent } from './fleet/get-agent.ts';
import { listLabelValues } from './fleet/list-label-values.ts';
import { listConnectedAgents } from './fleet/list-connected-agents.ts';
import { listRunningAgents } from './fleet/list-running-agents.ts';
import type { AgentFilter } from './fleet/agent-filter.ts';
import {
  type AimedAgentsAfter,
  type AimedAgentsRequest,
  listAimedAgents,
  selectAgents,
} from './fleet/list-aimed-agents.ts';
import { listAimedGroups } from './groups/list-aimed-groups.ts';
import { versionNamesOf } from './configurations/version-names.ts';
import { type AgentsRequest, listAgents, type VersionRef } from './fleet/list-agents.ts';
import { countDrift, type DriftRequest, listDrift } from './fleet/list-drift.ts';
import {
  formerMembers,
  getGroup,
  type GroupsRequest,
  knownAgents,
  listGroups,
  listLeaving,
} from './groups/queries.ts';
import { type LogActivity, logActivity, type LogActivityRequest } from './log-clock/log-activity.ts';
import { logMoment, type LogMoment } from './log-clock/log-moment.ts';
import { createMomentResolver } from './log-clock/queries.ts';
import { readModels } from './read-models.ts';
import { type Moment, MomentNotReached } from './reading/moment.ts';
import { explainField, type FieldExplanation, type WhyRequest } from './why/explain-field.ts';
import { type ReadContext, select } from './reading/read-context.ts';

export type {
  ActivityBucket,
  RecentEntry,
  TimelineEntry,
  TimelineRequest,
} from './agent-timeline/queries.ts';
export type { TimelineKind, Tone } from './agent-timeline/timeline-row.ts';
export type { AssignmentListRow, AssignmentsRequest } from './assignments/queries.ts';
export type { BisectWindow, TouchCount, TouchCounts } from './bisect/count-touches.ts';
export type { ToldEvent } from './bisect/describe-touches.ts';
export type { BisectMoments, GivenMoments } from './bisect/find-window.ts';
export type { AuditFacets } from './audit/audit-facets.ts';
export type { AgeBounds, AgedRows, AuditKeeping } from './audit/audit-keeping.ts';
export type { AuditListRow, AuditRequest } from './audit/list-audit-events.ts';
export type { VersionSource, VersionStatus } from './configurations/configuration-row.ts';
export type { ConfigurationUser, ConfigurationUsers } from './configurations/configuration-users.ts';
export type {
  ConfigurationListRow,
  ConfigurationPage,
  ConfigurationsRequest,
  VersionListRow,
  VersionPage,
  VersionsRequest,
} from './configurations/queries.ts';
export type { ProjectionRequest } from './engine/bookkeeping.ts';
export type { ProjectionListRow } from './engine/projection-states.ts';
export type { AgentLife, LifeInterval } from './fleet/agent-life.ts';
export { type DriftState, driftStates } from './fleet/agent-row.ts';
export type { BuildsOf, ReportedBuild } from './fleet/component-builds.ts';
export type { FleetFacets } from './fleet/count-agents.ts';
export type { AgentDrift, AgentPage } from './fleet/get-agent.ts';
export type { DriftDifference } from './fleet/judge-drift.ts';
export type { AgentFilter } from './fleet/agent-filter.ts';
export type { AimedAgentRow, AimedAgentsAfter, AimedAgentsRequest } from './fleet/list-aimed-agents.ts';
export type { AimedGroupRow } from './groups/list-aimed-groups.ts';
export type {
  AgentListRow,
  AgentSort,
  AgentSortKey,
  AgentsRequest,
  VersionRef,
} from './fleet/list-agents.ts';
export type { FormerMembers, GroupListRow, GroupsRequest, Leaving } from './groups/queries.ts';
export type { DriftListRow, DriftRequest } from './fleet/list-drift.ts';
export { InvalidCursor, type Page, type PageRequest } from './reading/cursor.ts';
export type { CauseNode, EventCauses } from './event-index/event-causes.ts';
export type { EventFacets } from './event-index/count-events.ts';
export type { EventSearch } from './event-index/event-filter.ts';
export type { TimeSpan } from './event-index/stretch-of.ts';
export type { LogActivity, LogActivityRequest } from './log-clock/log-activity.ts';
export type { LogMoment } from './log-clock/log-moment.ts';
export { InvalidMoment, type Moment, MomentNotReached } from './reading/moment.ts';
export {
  type ExplainedEntity,
  explainedEntities,
  explainedFields,
  type FieldExplanation,
  UnknownEntity,
  UnknownField,
  type WhyRequest,
} from './why/explain-field.ts';

const remoteConfigStatuses = ['unset', 'applied', 'applying', 'failed'] as const;
const recentEntries = 20;
const usersTimeoutMs = 10_000;

/** The fleet in numbers. */
export interface FleetOverview {
  readonly at: string;
  readonly position: string;
  readonly agents: number;
  readonly connected: number;
  readonly healthy: number;
  readonly unhealthy: number;
  readonly flapping: number;
  readonly drift: Readonly<Record<DriftState, number>>;
  readonly remoteConfigStatus: Readonly<Record<(typeof remoteConfigStatuses)[number], number>>;
  readonly byType: readonly {
    readonly agentType: string;
    readonly agentVersion: string;
    readonly count: number;
  }[];
  readonly configurations: number;
  readonly fleetAssignment: VersionRef | null;
  readonly recent: readonly RecentEntry[];
  readonly activity: readonly ActivityBucket[];
}

export interface QueriesOptions {
  readonly knex: Knex;
  readonly eventLog: EventLog;
  /** Default `default`. */
  readonly tenant?: string;
}

export type Queries = ReturnType<typeof createQueries>;

export interface EventsPageRequest extends Omit<EventsRequest, 'within'> {
  readonly span: TimeSpan;
}

/** Everything that may be asked of the read models. Reads the versions that this code names, and nothing else. */
export function createQueries({ knex, eventLog, tenant = 'default' }: QueriesOptions) {
  const contents = createContentReader(eventLog);
  const context: ReadContext = { knex, eventLog, contents, tenant };
  const explain = createRejectionExplainer(contents);
  const waiter = createPositionWaiter(() => readPositions(context));
  const resolveMoment = createMomentResolver(context, waiter.waitFor);

  return {
    /** What `?at=` names; throws InvalidMoment, MomentNotReached. */
    resolveMoment,
    /**
     * Resolves true when what is stored up to `position` shows in the read models, false after `timeoutMs`.
     * Projections that have failed are not waited for.
     */
    waitFor: waiter.waitFor,
    /** Call it when a projector in this process has committed, so that those who wait need not poll. */
    nudge: waiter.nudge,
    /** The read models that do not serve yet in the version that this code reads; empty when it may be asked. */
    notReady: () => notReady(context),

    listAgents: (request: AgentsRequest, moment: Moment) => listAgents(context, request, moment),
    /** Agents with what decides where they belong and what they are to run, as they are now. */
    listAimedAgents: (request: AimedAgentsRequest, from: AimedAgentsAfter) =>
      listAimedAgents(context, request, from),
    /** Every group, deleted ones too, without counting anybody. */
    listAimedGroups: () => listAimedGroups(context),
    /** Ids of agents that match a filter now, one more than `most` when there are more. */
    selectAgents: async (filter: AgentFilter, most: number) =>
      selectAgents(context, filter, { most, moment: await resolveMoment() }),
    fleetAssignment: async () => (await fleetAssignmentOf(context, await resolveMoment())) ?? null,
    configurationNames: (ids: readonly string[]) =>
      versionNamesOf(
        context,
        ids.map((id) => ({ assigned_configuration_id: id })),
      ),
    facets: (filter: AgentFilter, moment: Moment) => countFacets(context, filter, moment),
    getAgent: (agentId: string, moment: Moment) => getAgent(context, agentId, moment, explain),
    /** What agents were built with, as they told it, by how many. */
    componentBuilds: (of: BuildsOf) => componentBuilds(context, of),
    /** Who holds a connection, by the log. */
    listConnectedAgents: () => listConnectedAgents(context),
    /** Who runs a version of a configuration now. */
    listRunningAgents: (version: VersionKey) => listRunningAgents(context, version),
    listTimeline: (agentId: string, request: TimelineRequest, moment: Moment) =>
      listTimeline(context, agentId, request, moment),
    agentLife: (agentId: string, moment: Moment) => agentLife(context, agentId, moment),

    /** Between which moments an agent fell ill; `undefined` when it never did. */
    bisectWindow: (agentId: string, given: GivenMoments) =>
      findWindow(context, resolveMoment, agentId, given),
    bisectTouches: (window: BisectWindow) => countTouches(context, window),
    describeEvents: (positions: readonly Position[]) => describeEvents(context, positions),

    listConfigurations: (request: ConfigurationsRequest, moment: Moment) =>
      listConfigurations(context, request, moment),
    getConfiguration: (id: string, moment: Moment) => getConfiguration(context, id, moment),
    /** By its number, or by a tag. */
    getVersion: (id: string, version: number | string, moment: Moment) =>
      getVersion(context, id, version, moment),
    listVersions: (id: string, request: VersionsRequest, moment: Moment) =>
      listVersions(context, id, request, moment),
    /** Who was told to run it: what the read models show once they have reached `position`. */
    async configurationUsers(id: string, version: number | undefined, position: Position) {
      if (!(await waiter.waitFor(position, usersTimeoutMs))) throw new MomentNotReached(position);
      return listConfigurationUsers(context, id, version, await resolveMoment());
    },
    listGroups: (request: GroupsRequest, moment: Moment) => listGroups(context, request, moment),
    getGroup: (id: string, moment: Moment) => getGroup(context, id, moment),
    /** Who was in a group right before the event that deleted it. */
    formerMembers: (id: string, deletedPosition: Position, limit: number) =>
      formerMembers(context, id, deletedPosition, limit),
    /** Agents that are still to leave a group that is gone. */
    listLeaving: (limit: number) => listLeaving(context, limit),
    /** Of these agents, those that are in the fleet. */
    knownAgents: (ids: readonly string[]) => knownAgents(context, ids),
    /** Labels that agents have, for suggestions. */
    listLabelValues: () => listLabelValues(context),
    listAssignments: (request: AssignmentsRequest, moment: Moment) =>
      listAssignments(context, request, moment),

    listDrift: (request: DriftRequest, moment: Moment) => listDrift(context, request, moment, explain),
    driftSummary: async (moment: Moment) => ({ counts: await countDrift(context, moment) }),

    listAuditEvents: (request: AuditRequest, moment: Moment) => listAuditEvents(context, request, moment),
    auditFacets: (moment?: Moment) => auditFacets(context, moment),
    auditKeeping: () => auditKeeping(context),
    /** What a sweep would move and delete that the last one did not. */
    countAgedRows: (last: AgeBounds, bounds: AgeBounds) => countAgedRows(context, last, bounds),

    overview: (moment: Moment) => overview(context, moment),
    logActivity: (request: LogActivityRequest): Promise<LogActivity> => logActivity(context, request),
    logMoment: (moment: Moment): Promise<LogMoment> => logMoment(context, moment),
    findEvents: async (request: EventsPageRequest, moment: Moment): Promise<FoundEvents> =>
      findEvents(context, { ...request, within: await stretchOf(context, request.span, moment) }),
    /** What led to an event, what belongs to it and what came of it, up to a moment. */
    eventCauses: (event: RecordedEvent, moment: Moment): Promise<EventCauses> =>
      eventCauses(context, event, moment.live ? END_OF_TIME : moment.position),
    /** Why a value is what it is; throws UnknownField, UnknownEntity. */
    explainField: (request: WhyRequest, moment: Moment): Promise<FieldExplanation | undefined> =>
      explainField(context, request, moment, explain),
    eventFacets: async (search: EventSearch, span: TimeSpan, moment: Moment): Promise<EventFacets> =>
      countEvents(context, search, await stretchOf(context, span, moment)),
    listProjections: () =>
      listProjections({ eventLog, select: (sql) => select<StoredProjection>(context, sql) }),
  };
}

const notYet: Position = -1n;

/** Where the versions that this code reads stand; those that failed are left out. */
async function readPositions(context: ReadContext): Promise<ReadonlyMap<string, Position>> {
  const rows = await select<{ name: string; version: number; state: string; position: string }>(
    context,
    `select name, version, state, position from read.projections where slot = 'live'`,
  );
  const positions = readModels.flatMap(({ name, version }): [string, Position][] => {
    const row = rows.find((one) => one.name === name && one.version === version);
    if (row?.state === 'failed' || row?.state === 'retired') return [];
    const isReadable = row?.state === 'serving' || row?.state === 'caught-up';
    return [[name, isReadable ? BigInt(row.position) : notYet]];
  });
  return new Map(positions);
}

async function notReady(context: ReadContext): Promise<readonly string[]> {
  const rows = await select<{ name: string; version: number }>(
    context,
    `select name, version from read.projections where slot = 'live' and state in ('serving', 'caught-up', 'failed') and indexed`,
  );
  const there = new Set(rows.map(({ name, version }) => `${name} v${version}`));
  return readModels.map(({ name, version }) => `${name} v${version}`).filter((label) => !there.has(label));
}

async function overview(context: ReadContext, moment: Moment): Promise<FleetOverview> {
  const [counts, configurations, fleet, recent, activity] = await Promise.all([
    countAgents(context, {}, moment),
    countConfigurations(context, moment),
    fleetAssignmentOf(context, moment),
    listRecent(context, recentEntries, moment),
    activityBuckets(context, moment),
  ]);
  type Count = (typeof counts)[number];
  const sum = (matches: (count: Count) => boolean) =>
    counts.filter(matches).reduce((total, { count }) => total + count, 0);
  const perKind = <Kind extends string>(kinds: readonly Kind[], kindOf: (count: Count) => string) =>
    Object.fromEntries(kinds.map((kind) => [kind, sum((count) => kindOf(count) === kind)])) as Record<
      Kind,
      number
    >;
  return {
    at: new Date(moment.atMs).toISOString(),
    position: String(moment.position),
    agents: sum(() => true),
    connected: sum(({ connected }) => connected),
    healthy: sum(({ healthy }) => healthy === true),
    unhealthy: sum(({ healthy }) => healthy === false),
    flapping: sum(({ flapping }) => flapping),
    drift: perKind(driftStates, (count) => count.drift_state),
    remoteConfigStatus: perKind(remoteConfigStatuses, (count) => count.remote_config_status),
    byType: typesOf(counts),
    configurations,
    fleetAssignment: fleet ?? null,
    recent,
    activity,
  };
}

function typesOf(
  counts: readonly { readonly agent_type: string; readonly agent_version: string; readonly count: number }[],
): FleetOverview['byType'] {
  const sums = new Map<string, { agentType: string; agentVersion: string; count: number }>();
  for (const { agent_type: agentType, agent_version: agentVersion, count } of counts) {
    const key = JSON.stringify([agentType, agentVersion]);
    const sum = sums.get(key) ?? { agentType, agentVersion, count: 0 };
    sums.set(key, { ...sum, count: sum.count + count });
  }
  return [...sums.values()].toSorted((left, right) => right.count - left.count).slice(0, 100);
}
