import { END_OF_TIME, type Position } from '@ampora/kernel';
import { agentFacetTable, agentHistoryTable, agentTable } from '../fleet/agent-row.ts';
import { type ReadContext, select } from '../reading/read-context.ts';

/** What is compared: one agent, from when it was healthy until it was not. Both positions inclusive states. */
export interface BisectWindow {
  readonly agentId: string;
  readonly good: Position;
  readonly bad: Position;
}

/** A change that touched the agent before it fell ill, with how many others it touched. */
export interface TouchCount {
  /** Kind and value, such as `config:<hash>`: equal for the same change to other agents. */
  readonly key: string;
  readonly isAct: boolean;
  readonly position: Position;
  readonly atMs: number;
  /** What it changed, in words, where a column tells. */
  readonly before: string | null;
  readonly after: string | null;
  readonly touchedAffected: number;
  readonly touchedUnaffected: number;
  readonly followingAffected: number;
  readonly followingUnaffected: number;
  readonly medianLagMs: number | null;
}

export interface AffectedAgent {
  readonly id: string;
  readonly displayName: string;
  readonly position: string;
  readonly at: string;
}

export interface TouchCounts {
  readonly affected: { readonly count: number; readonly sample: readonly AffectedAgent[] };
  readonly unaffected: { readonly count: number };
  /** When the agent itself fell ill. */
  readonly turn: { readonly position: Position; readonly atMs: number };
  readonly touches: readonly TouchCount[];
  /** Changes to other agents of the window that did not touch this one. */
  readonly others: number;
}

/** A report within this time of an act to the same agent may be its consequence. */
const CONSEQUENCE = '10 minutes';
const MOST_SUSPECTS = 100;
const SAMPLE = 20;

interface Answer {
  readonly affected: number;
  readonly unaffected: number;
  readonly others: number;
  readonly turn: { readonly position: string; readonly at: string } | null;
  readonly sample: readonly { id: string; name: string; position: string; at: string }[] | null;
  readonly touches:
    | readonly {
        readonly key: string;
        readonly is_act: boolean;
        readonly position: string;
        readonly at: string;
        readonly before: string | null;
        readonly after: string | null;
        readonly hit: number;
        readonly missed: number;
        readonly hit_following: number;
        readonly missed_following: number;
        readonly lag_ms: number | null;
      }[]
    | null;
}

/**
 * Every agent's states between the two moments, once through an index over their intervals; the groups and the counts
 * are made in the database. Facets are looked up only where the agent in question has a change of that facet.
 */
export async function countTouches(context: ReadContext, window: BisectWindow): Promise<TouchCounts> {
  const { sql, bindings } = touchesStatement(context.tenant, window);
  const [row] = await select<Answer>(context, sql, bindings);
  return {
    affected: {
      count: row?.affected ?? 0,
      sample: (row?.sample ?? []).map(({ id, name, position, at }) => ({
        id,
        displayName: name,
        position,
        at: new Date(at).toISOString(),
      })),
    },
    unaffected: { count: row?.unaffected ?? 0 },
    turn: row?.turn
      ? { position: BigInt(row.turn.position), atMs: Date.parse(row.turn.at) }
      : { position: window.bad, atMs: 0 },
    others: row?.others ?? 0,
    touches: (row?.touches ?? []).map((touch) => ({
      key: touch.key,
      isAct: touch.is_act,
      position: BigInt(touch.position),
      atMs: Date.parse(touch.at),
      before: touch.before,
      after: touch.after,
      touchedAffected: touch.hit,
      touchedUnaffected: touch.missed,
      followingAffected: touch.hit_following,
      followingUnaffected: touch.missed_following,
      medianLagMs: touch.lag_ms === null ? null : Math.max(0, Math.round(touch.lag_ms)),
    })),
  };
}

const stateColumns = `agent_id, display_name, healthy, connected, instance_uid::text as uid, assigned_hash as config,
  effective_hash as runs, concat_ws(' ', agent_type, agent_version, nullif(concat('on ', nullif(os_type, '')), 'on ')) as software,
  from_position, from_at`;

/** What a state differs in from the one before it: name of the change, its value, and whether somebody did it. */
const stateChanges = [
  { column: 'config', key: `'config:' || coalesce(config, 'none')`, isAct: true },
  { column: 'software', key: `'software:' || software`, isAct: true },
  { column: 'runs', key: `'runs:' || coalesce(runs, 'nothing')`, isAct: false },
  { column: 'uid', key: `'uid'`, isAct: false },
  { column: 'connected', key: `case when connected then 'connected' else 'disconnected' end`, isAct: false },
] as const;

const facetKeys = `case f.facet
  when 'offer' then 'config:' || (f.value->>'configHash')
  when 'packages' then 'packages:' || md5((f.value->'packages')::text)
  when 'components' then 'components:' || coalesce(f.value->>'componentsHash', '')
  when 'capabilities' then 'capabilities:' || (f.value->>'capabilities')
  when 'custom-capabilities' then 'custom-capabilities:' || md5((f.value->'capabilities')::text)
  when 'description' then 'description:' || md5(concat(f.value->'identifying', f.value->'nonIdentifying'))
  when 'connection-settings' then 'settings:' || coalesce(f.value->>'settingsHash', '')
  when 'connection' then 'server:' || (f.value->>'edgeInstance') end`;

/** A connection is a change of server only when the one before was to another. */
const isOtherServer = `(f.facet <> 'connection' or (f.value->>'edgeInstance') <> (
  select p.value->>'edgeInstance' from read.${agentFacetTable} p where p.agent_id = f.agent_id and p.facet = 'connection'
    and p.from_position < f.from_position and (p.value->>'edgeInstance') is not null
  order by p.from_position desc limit 1))`;

const facets = [
  'offer',
  'packages',
  'components',
  'capabilities',
  'custom-capabilities',
  'description',
  'connection-settings',
  'connection',
];
const actFacets = ['offer', 'packages', 'connection-settings', 'connection'];

/** The one statement, so that a spec can have it explained. */
export function touchesStatement(
  tenant: string,
  { agentId, good, bad }: BisectWindow,
): { readonly sql: string; readonly bindings: readonly unknown[] } {
  const [from, to] = [String(good), String(bad)];
  const touched = stateChanges.map(
    ({ column, key, isAct }) =>
      `select agent_id, ${key} as key, ${isAct} as is_act, from_position as pos, from_at as at,
         before_${column}::text as before, ${column}::text as after
       from changes where nth > 1 and ${column} is distinct from before_${column}`,
  );
  const sql = `with states as materialized (
      select ${stateColumns}, ${END_OF_TIME} as to_position from read.${agentTable}
        where tenant = ? and from_position <= ?::bigint
      union all
      select ${stateColumns}, to_position from read.${agentHistoryTable}
        where tenant = ? and int8range(from_position, to_position) && int8range(?::bigint, ?::bigint, '[]')),
    fates as (
      select agent_id, bool_or(healthy) filter (where from_position <= ?::bigint and to_position > ?::bigint) as was_well,
        bool_or(healthy is false) filter (where to_position > ?::bigint) as is_ill,
        min(from_position) filter (where healthy is false) as turn, min(from_at) filter (where healthy is false) as turn_at
      from states group by agent_id),
    groups as materialized (
      select agent_id, is_ill, turn, turn_at, case when is_ill then turn else ?::bigint + 1 end as until
      from fates where was_well and (is_ill or turn is null)),
    changes as (
      select states.*, until, row_number() over w as nth,
        ${stateChanges.map(({ column }) => `lag(${column}) over w as before_${column}`).join(', ')}
      from states join groups using (agent_id) window w as (partition by agent_id order by from_position)),
    asked as (
      select distinct facet from read.${agentFacetTable}
      where agent_id = ?::uuid and facet = any(?::text[]) and from_position > ?::bigint and from_position <= ?::bigint),
    touches as (
      ${touched.join(' union all ')}
      union all
      select f.agent_id, ${facetKeys}, f.facet = any(?::text[]), f.from_position, f.at, null, null
      from groups cross join asked join lateral (
        select * from read.${agentFacetTable} f where f.agent_id = groups.agent_id and f.facet = asked.facet
          and f.from_position > ?::bigint and f.from_position < groups.until) f on true
      where ${isOtherServer}),
    timed as (
      select t.*, g.is_ill, g.turn_at, max(t.at) filter (where t.is_act) over (partition by t.agent_id
          order by t.pos rows between unbounded preceding and 1 preceding) as last_act
      from touches t join groups g using (agent_id) where t.pos < g.until and t.key is not null),
    firsts as materialized (
      select distinct on (agent_id, key) *,
        (not is_act and coalesce(last_act >= at - interval '${CONSEQUENCE}', false)) as follows
      from timed order by agent_id, key, pos),
    own as (select * from firsts where agent_id = ?::uuid order by pos desc limit ${MOST_SUSPECTS}),
    counted as (
      select key, count(*) filter (where is_ill)::int as hit, count(*) filter (where not is_ill)::int as missed,
        count(*) filter (where is_ill and follows)::int as hit_following,
        count(*) filter (where not is_ill and follows)::int as missed_following,
        percentile_cont(0.5) within group (order by extract(epoch from turn_at - at) * 1000) filter (where is_ill) as lag_ms
      from firsts where key in (select key from own) group by key)
    select
      (select count(*)::int from groups where is_ill) as affected,
      (select count(*)::int from groups where not is_ill) as unaffected,
      (select count(distinct key)::int from firsts where key not in (select key from own)) as others,
      (select json_build_object('position', turn::text, 'at', turn_at) from groups where agent_id = ?::uuid) as turn,
      (select json_agg(json_build_object('id', s.agent_id, 'name', s.display_name, 'position', s.turn::text, 'at', s.turn_at)
         order by s.turn) from (
         select g.agent_id, a.display_name, g.turn, g.turn_at from groups g join read.${agentTable} a using (agent_id)
         where g.is_ill order by g.turn, g.agent_id limit ${SAMPLE}) s) as sample,
      (select json_agg(json_build_object('key', key, 'is_act', own.is_act, 'position', own.pos::text, 'at', own.at,
         'before', own.before, 'after', own.after, 'hit', hit, 'missed', missed, 'hit_following', hit_following,
         'missed_following', missed_following, 'lag_ms', lag_ms)) from own join counted using (key)) as touches`;
  const bindings = [
    ...[tenant, to, tenant, from, to],
    ...[from, from, to, to],
    ...[agentId, facets, from, to],
    ...[actFacets, from],
    ...[agentId, agentId],
  ];
  return { sql, bindings };
}
