import { END_OF_TIME } from '@ampora/kernel';
import { agentNamesOf } from '../fleet/agent-names.ts';
import { agentFacetTable } from '../fleet/agent-row.ts';
import { groupNamesOf } from '../groups/group-names.ts';
import { clockTable } from '../log-clock/clock-row.ts';
import { versionNamesOf } from '../configurations/version-names.ts';
import { fromCursor, type Page, type PageRequest, toCursor, toPage } from '../reading/cursor.ts';
import type { Moment } from '../reading/moment.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { minuteOf } from './projection.ts';
import { activityTable, type TimelineKind, timelineTable, type Tone } from './timeline-row.ts';

export interface TimelineEntry {
  readonly position: string;
  readonly at: string;
  readonly type: string;
  readonly kind: TimelineKind;
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  readonly actor: string;
  readonly count: number;
  readonly data: Readonly<Record<string, unknown>>;
}

interface StoredEntry {
  readonly position: string;
  readonly scope: 'agent' | 'fleet' | 'group' | 'configuration';
  readonly subject_id: string | null;
  readonly at: Date;
  readonly type: string;
  readonly kind: TimelineKind;
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  readonly actor: string;
  readonly count: number;
  readonly data: Record<string, unknown>;
}

function toEntry(row: StoredEntry): TimelineEntry {
  const { position, at, type, kind, tone, title, detail, actor, count, data } = row;
  return { position, at: toIso(at), type, kind, tone, title, detail, actor, count, data };
}

export interface TimelineRequest extends PageRequest {
  readonly kind?: readonly string[] | undefined;
}

const titlesWithName: Readonly<Record<string, (name: string) => string>> = {
  AgentJoinedGroup: (name) => `Joined group ${name}`,
  AgentLeftGroup: (name) => `Left group ${name}`,
  GroupConfigurationAssigned: (name) => `assigned to group ${name}`,
};

/** Events know groups by their ids; people by what they were called then, or are called now. */
function withGroupName(entry: TimelineEntry, names: ReadonlyMap<string, string>): TimelineEntry {
  const groupName = names.get(String(entry.data['groupId']));
  if (groupName === undefined) return entry;
  const { version, previousGroupId } = entry.data;
  const told = titlesWithName[entry.type]?.(groupName);
  const title = told && (version === undefined ? told : `Version ${String(version)} ${told}`);
  const from = typeof previousGroupId === 'string' ? names.get(previousGroupId) : undefined;
  return {
    ...entry,
    title: title ?? entry.title,
    detail: from === undefined ? entry.detail : `From ${from}. ${entry.detail}`.trim(),
    data: { ...entry.data, groupName },
  };
}

function groupIdsIn(rows: readonly StoredEntry[]): readonly string[] {
  return rows.flatMap(({ data }) =>
    [data['groupId'], data['previousGroupId']].filter((id) => typeof id === 'string'),
  );
}

/**
 * An agent's history, newest first: its own events, those for all agents since it was enrolled, and those of the groups
 * that it was in, for as long as it was in them.
 */
export async function listTimeline(
  context: ReadContext,
  agentId: string,
  { kind, limit, cursor }: TimelineRequest,
  moment: Moment,
): Promise<Page<TimelineEntry>> {
  const last = moment.live ? END_OF_TIME : moment.position;
  const before = cursor === undefined ? String(last) : fromCursor(cursor, 'timeline', 1)[0];
  const edge = cursor === undefined ? '<=' : '<';
  const kinds = kind && kind.length > 0 ? 'and kind = any(?::text[])' : '';
  const ofKind = kinds ? [[...(kind ?? [])]] : [];
  const rows = await select<StoredEntry>(
    context,
    `select * from (
       (select * from read.${timelineTable} where scope = 'agent' and subject_id = ?::uuid and tenant = ?
          and position ${edge} ?::bigint ${kinds} order by position desc limit ?)
       union all
       (select * from read.${timelineTable} where scope = 'fleet' and tenant = ?
          and position ${edge} ?::bigint and position > (select min(from_position) from read.${agentFacetTable}
            where agent_id = ?::uuid and facet = 'identity') ${kinds} order by position desc limit ?)
       union all
       (select g.* from (
            select (value->>'groupId')::uuid as group_id, from_position,
              lead(from_position, 1, ${END_OF_TIME}::bigint) over (order by from_position) as to_position
            from read.${agentFacetTable} where agent_id = ?::uuid and facet = 'group') s
          cross join lateral (select * from read.${timelineTable} where scope = 'group' and subject_id = s.group_id
            and tenant = ? and position ${edge} ?::bigint and position > s.from_position and position <= s.to_position
            ${kinds} order by position desc limit ?) g
          where s.group_id is not null order by position desc limit ?)) t
     order by position desc limit ?`,
    [
      agentId,
      context.tenant,
      before,
      ...ofKind,
      limit + 1,
      context.tenant,
      before,
      agentId,
      ...ofKind,
      limit + 1,
      agentId,
      context.tenant,
      before,
      ...ofKind,
      limit + 1,
      limit + 1,
      limit + 1,
    ],
  );
  const names = await groupNamesOf(context, groupIdsIn(rows), moment);
  return toPage(
    rows,
    limit,
    ({ position }) => toCursor('timeline', [position]),
    (row) => withGroupName(toEntry(row), names),
  );
}

export interface RecentEntry extends TimelineEntry {
  readonly agentId: string | null;
  /** The agent's, group's or configuration's name, or "All agents". */
  readonly subject: string;
}

/** What happened last, anywhere. */
export async function listRecent(
  context: ReadContext,
  limit: number,
  moment: Moment,
): Promise<readonly RecentEntry[]> {
  const rows = await select<StoredEntry>(
    context,
    `select * from read.${timelineTable} where tenant = ? and position <= ?::bigint order by position desc limit ?`,
    [context.tenant, String(moment.live ? END_OF_TIME : moment.position), limit],
  );
  const idsOf = (scope: StoredEntry['scope']) => [
    ...new Set(rows.flatMap((row) => (row.scope === scope ? (row.subject_id ?? []) : []))),
  ];
  const [agents, groups, configurations] = await Promise.all([
    agentNamesOf(context, idsOf('agent'), moment),
    groupNamesOf(context, [...idsOf('group'), ...groupIdsIn(rows)], moment),
    versionNamesOf(
      context,
      idsOf('configuration').map((id) => ({ assigned_configuration_id: id })),
    ),
  ]);
  const nameOf = (id: string) => agents.get(id) ?? groups.get(id) ?? configurations.get(id) ?? id;
  return rows.map((row) => ({
    ...withGroupName(toEntry(row), groups),
    agentId: row.scope === 'agent' ? row.subject_id : null,
    subject: row.subject_id === null ? 'All agents' : nameOf(row.subject_id),
  }));
}

export interface ActivityBucket {
  readonly at: string;
  readonly good: number;
  readonly bad: number;
  readonly neutral: number;
}

const bucketCount = 48;
const bucketMs = 30 * 60_000;

/** Changes per half hour over the day before the moment, oldest first. */
export async function activityBuckets(
  context: ReadContext,
  moment: Moment,
): Promise<readonly ActivityBucket[]> {
  const lastStart = Math.floor(moment.atMs / bucketMs) * bucketMs;
  const firstStart = lastStart - (bucketCount - 1) * bucketMs;
  const buckets = Array.from({ length: bucketCount }, (_, index) => ({
    at: new Date(firstStart + index * bucketMs).toISOString(),
    good: 0,
    bad: 0,
    neutral: 0,
  }));
  const minute = new Date(minuteOf(moment.atMs)).toISOString();
  const whole = await select<{ minute: Date; good: number; bad: number; neutral: number }>(
    context,
    `select minute, good, bad, neutral from read.${activityTable} where tenant = ? and minute >= ? and minute ${moment.live ? '<=' : '<'} ?`,
    [context.tenant, new Date(firstStart).toISOString(), minute],
  );
  const partial = moment.live ? [] : await lastMinute(context, minute, moment);
  for (const row of [...whole, ...partial]) {
    const bucket = buckets[Math.floor((row.minute.getTime() - firstStart) / bucketMs)];
    if (!bucket) continue;
    bucket.good += row.good;
    bucket.bad += row.bad;
    bucket.neutral += row.neutral;
  }
  return buckets;
}

/** The minute in which the moment lies, up to the moment. */
async function lastMinute(context: ReadContext, minute: string, moment: Moment) {
  return select<{ minute: Date; good: number; bad: number; neutral: number }>(
    context,
    `select ?::timestamptz as minute, count(*) filter (where tone = 'good')::int as good,
       count(*) filter (where tone = 'bad')::int as bad,
       count(*) filter (where tone not in ('good', 'bad'))::int as neutral
     from read.${timelineTable} where tenant = ? and position <= ?::bigint and at >= ? and position > coalesce(
       (select last_position from read.${clockTable} where tenant = ? and second < ? order by second desc limit 1), 0)`,
    [minute, context.tenant, String(moment.position), minute, context.tenant, minute],
  );
}
