import { timelineTable } from '../agent-timeline/timeline-row.ts';
import { type ReadContext, select, toIso } from '../reading/read-context.ts';
import { clockTable, logTotalTable } from './clock-row.ts';
import { secondOf } from './projection.ts';

export interface LogActivityRequest {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** Most buckets wanted; none is shorter than a second. */
  readonly buckets: number;
  readonly agentId?: string | undefined;
}

export interface LogPlace {
  readonly position: string;
  readonly at: string;
}

export interface ActivityBar {
  readonly from: string;
  readonly to: string;
  readonly events: number;
  readonly changes: number;
  readonly trouble: number;
}

/** How much happened when: for a bar over the whole log, or a stretch of it. */
export interface LogActivity {
  readonly first: LogPlace | null;
  readonly last: LogPlace | null;
  readonly since: string;
  readonly until: string;
  readonly buckets: readonly ActivityBar[];
  /** True when an agent has more in that time than is counted: the newest are. */
  readonly isCapped: boolean;
}

interface Total {
  readonly first_position: string;
  readonly first_at: Date;
  readonly last_position: string;
  readonly last_at: Date;
}

/** An agent's own events that are counted at the most. */
export const countedOfAgent = 50_000;

/** Costs one probe of an index per bucket, however long the log and the time are. */
export async function logActivity(context: ReadContext, request: LogActivityRequest): Promise<LogActivity> {
  const [total] = await select<Total>(
    context,
    `select first_position, first_at, last_position, last_at from read.${logTotalTable} where tenant = ?`,
    [context.tenant],
  );
  const edges = edgesOf(request, total);
  const counted = request.agentId
    ? await countAgent(context, request.agentId, edges)
    : { bars: await countAll(context, edges), isCapped: false };
  return {
    first: total ? { position: total.first_position, at: toIso(total.first_at) } : null,
    last: total ? { position: total.last_position, at: toIso(total.last_at) } : null,
    since: isoOf(edges[0]),
    until: isoOf(edges.at(-1)),
    buckets: counted.bars.map((bar, index) => ({
      from: isoOf(edges[index]),
      to: isoOf(edges[index + 1]),
      ...bar,
    })),
    isCapped: counted.isCapped,
  };
}

function isoOf(ms: number | undefined): string {
  return new Date(ms ?? 0).toISOString();
}

/** Where buckets begin, and where the last one ends: whole seconds, about evenly. */
function edgesOf({ sinceMs, untilMs, buckets }: LogActivityRequest, total: Total | undefined): number[] {
  const since = secondOf(sinceMs ?? total?.first_at.getTime() ?? untilMs ?? 0);
  const last = untilMs ?? total?.last_at.getTime() ?? since;
  // The end is exclusive, and what happened at it belongs to it.
  const until = Math.max(since + 1_000, secondOf(last) + 1_000);
  const seconds = (until - since) / 1_000;
  const count = Math.min(buckets, seconds);
  return Array.from(
    { length: count + 1 },
    (_, index) => since + Math.floor((seconds * index) / count) * 1_000,
  );
}

type Counts = Pick<ActivityBar, 'events' | 'changes' | 'trouble'>;

async function countAll(context: ReadContext, edges: readonly number[]): Promise<readonly Counts[]> {
  const rows = await select<{ events: string | null; changes: string | null; trouble: string | null }>(
    context,
    `select c.events, c.changes, c.trouble from unnest(?::timestamptz[]) with ordinality e(at, place)
     left join lateral (select events, changes, trouble from read.${clockTable}
       where tenant = ? and second < e.at order by second desc limit 1) c on true
     order by e.place`,
    [edges.map(isoOf), context.tenant],
  );
  return edges.slice(1).map((_, index) => {
    const count = (kind: keyof Counts) =>
      Number(BigInt(rows[index + 1]?.[kind] ?? 0) - BigInt(rows[index]?.[kind] ?? 0));
    return { events: count('events'), changes: count('changes'), trouble: count('trouble') };
  });
}

async function countAgent(
  context: ReadContext,
  agentId: string,
  edges: readonly number[],
): Promise<{ readonly bars: readonly Counts[]; readonly isCapped: boolean }> {
  const since = isoOf(edges[0]);
  const until = isoOf(edges.at(-1));
  const { tenant } = context;
  const lastBefore = `coalesce((select last_position from read.${clockTable}
    where tenant = ? and second < ? order by second desc limit 1), 0)`;
  const rows = await select<{ place: number; events: number; changes: number; trouble: number }>(
    context,
    `select width_bucket(at, ?::timestamptz[]) as place, count(*)::int as events,
       count(*) filter (where kind = 'assignment')::int as changes,
       count(*) filter (where tone = 'bad' or (tone = 'warn' and kind <> 'lifecycle'))::int as trouble
     from (select at, kind, tone from read.${timelineTable}
       where scope = 'agent' and subject_id = ?::uuid and tenant = ? and position > ${lastBefore} and position <= ${lastBefore}
       order by position desc limit ${countedOfAgent}) t
     group by 1`,
    [edges.map(isoOf), agentId, tenant, tenant, since, tenant, until],
  );
  const bars = edges.slice(1).map(() => ({ events: 0, changes: 0, trouble: 0 }));
  for (const { place, ...counts } of rows) if (bars[place - 1]) bars[place - 1] = counts;
  const counted = bars.reduce((sum, { events }) => sum + events, 0);
  return { bars, isCapped: counted >= countedOfAgent };
}
