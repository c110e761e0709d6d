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

/**
 * First what touched the agent itself, by its keys; then, in one pass over every agent's states between the two moments,
 * whom else the same touched. Groups and counts are made in the database; facets of others are looked up only where the
 * agent has a change that no column shows.
 */
export async function countTouches(context: ReadContext, window: BisectWindow): Promise<TouchCounts> {
  const { turn, touches } = await ownTouches(context, window);
  const keys = touches.map(({ key }) => key);
  const facets = [...new Set(touches.flatMap(({ facet }) => facet ?? []))];
  const counts = await countOthers(context, window, { keys, facets });
  const countOf = new Map((counts.touches ?? []).map((count) => [count.key, count]));
  return {
    affected: {
      count: counts.affected,
      sample: (counts.sample ?? []).map(({ id, name, position, at }) => ({
        id,
        displayName: name,
        position,
        at: new Date(at).toISOString(),
      })),
    },
    unaffected: { count: counts.unaffected },
    turn,
    others: counts.others,
    touches: touches.map(({ facet: _facet, ...touch }) => {
      const count = countOf.get(touch.key);
      return {
        ...touch,
        touchedAffected: count?.hit ?? 0,
        touchedUnaffected: count?.missed ?? 0,
        followingAffected: count?.hit_following ?? 0,
        followingUnaffected: count?.missed_following ?? 0,
        medianLagMs: count?.lag_ms == null ? null : Math.max(0, Math.round(count.lag_ms)),
      };
    }),
  };
}

type OwnTouch = Pick<TouchCount, 'key' | 'isAct' | 'position' | 'atMs' | 'before' | 'after'> & {
  readonly facet: string | null;
};

interface OwnRow {
  readonly key: string;
  readonly is_act: boolean;
  readonly pos: string;
  readonly at: Date;
  readonly before: string | null;
  readonly after: string | null;
  readonly facet: string | null;
}

/** The first touch of each kind and value before the agent's own turn, the latest of them first. */
async function ownTouches(
  context: ReadContext,
  window: BisectWindow,
): Promise<{ readonly turn: TouchCounts['turn']; readonly touches: readonly OwnTouch[] }> {
  const { sql, bindings } = ownStatement(context.tenant, window);
  const rows = await select<OwnRow>(context, sql, bindings);
  const turned = rows.findLast(({ key }) => key === TURN);
  if (!turned) return { turn: { position: window.bad, atMs: 0 }, touches: [] };
  const firsts = new Map<string, OwnTouch>();
  for (const row of rows) {
    if (row.key === TURN || BigInt(row.pos) >= BigInt(turned.pos) || firsts.has(row.key)) continue;
    const { key, is_act: isAct, before, after, facet } = row;
    firsts.set(key, { key, isAct, position: BigInt(row.pos), atMs: row.at.getTime(), before, after, facet });
  }
  return {
    turn: { position: BigInt(turned.pos), atMs: turned.at.getTime() },
    touches: [...firsts.values()].reverse().slice(0, MOST_SUSPECTS),
  };
}

const TURN = 'turn';

/** What a state differs in from the one before it: the change's kind and value, and whether somebody did it. */
const stateChanges = [
  {
    column: 'config',
    value: 'assigned_hash',
    key: `'config:' || coalesce(assigned_hash, 'none')`,
    isAct: true,
  },
  {
    column: 'software',
    value: `concat_ws(' ', nullif(agent_type, ''), nullif(agent_version, ''), nullif(os_type, ''))`,
    key: `'software:' || concat_ws(' ', nullif(agent_type, ''), nullif(agent_version, ''), nullif(os_type, ''))`,
    isAct: true,
  },
  {
    column: 'runs',
    value: 'effective_hash',
    key: `'runs:' || coalesce(effective_hash, 'nothing')`,
    isAct: false,
  },
  { column: 'uid', value: 'instance_uid::text', key: `'uid:'`, isAct: false },
  {
    column: 'connection',
    value: 'connected::text',
    key: `case when connected then 'connected:' else 'disconnected:' end`,
    isAct: false,
  },
] as const;

const facetKey = `case f.facet
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

interface Statement {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

/** One agent's changes in order, each said by the column that shows it, else by its facet. */
function ownStatement(tenant: string, { agentId, good, bad }: BisectWindow): Statement {
  const columns = `agent_id, healthy, connected, instance_uid, assigned_hash, effective_hash, agent_type, agent_version,
    os_type, from_position, from_at`;
  const changes = stateChanges.map(
    ({ column, key, value, isAct }) =>
      `select ${key} as key, ${isAct} as is_act, from_position as pos, from_at as at, before_${column} as before,
         ${value} as after, null as facet, 0 as nth from states where begun and ${value} is distinct from before_${column}`,
  );
  const sql = `with states as (
      select *, from_position > ?::bigint as begun, lag(healthy) over w as was_healthy,
        ${stateChanges.map(({ column, value }) => `lag(${value}) over w as before_${column}`).join(', ')}
      from (
        select ${columns} from read.${agentTable} where agent_id = ?::uuid and tenant = ? and from_position <= ?::bigint
        union all
        select ${columns} from read.${agentHistoryTable} where agent_id = ?::uuid and tenant = ?
          and from_position <= ?::bigint and to_position > ?::bigint) s
      window w as (order by from_position))
    select key, is_act, pos, at, before, after, facet from (
      select '${TURN}' as key, false as is_act, from_position as pos, from_at as at, null as before, null as after,
        null as facet, 0 as nth from states where begun and healthy is false and was_healthy
      union all ${changes.join(' union all ')}
      union all
      select ${facetKey}, f.facet = any(?::text[]), f.from_position, f.at, null, null, f.facet, 1
      from read.${agentFacetTable} f where f.agent_id = ?::uuid and f.facet = any(?::text[])
        and f.from_position > ?::bigint and f.from_position <= ?::bigint and ${isOtherServer}) t
    where key is not null order by pos, nth`;
  const [from, to] = [String(good), String(bad)];
  const bindings = [
    from,
    agentId,
    tenant,
    to,
    agentId,
    tenant,
    to,
    from,
    actFacets,
    agentId,
    facets,
    from,
    to,
  ];
  return { sql, bindings };
}

interface OtherCounts {
  readonly affected: number;
  readonly unaffected: number;
  readonly others: number;
  readonly sample: readonly { id: string; name: string; position: string; at: string }[] | null;
  readonly touches:
    | readonly {
        readonly key: string;
        readonly hit: number;
        readonly missed: number;
        readonly hit_following: number;
        readonly missed_following: number;
        readonly lag_ms: number | null;
      }[]
    | null;
}

interface Asked {
  readonly keys: readonly string[];
  readonly facets: readonly string[];
}

async function countOthers(context: ReadContext, window: BisectWindow, asked: Asked): Promise<OtherCounts> {
  const { sql, bindings } = touchesStatement(context.tenant, window, asked);
  return context.knex.transaction(async (transaction) => {
    // A hundred thousand agents' states are sorted in memory rather than on disk.
    await transaction.raw(`set local work_mem = '64MB'`);
    const [row] = await select<OtherCounts>({ knex: transaction }, sql, bindings);
    return row ?? { affected: 0, unaffected: 0, others: 0, sample: null, touches: null };
  });
}

/** The statement over all agents, so that a spec can have it explained. Keys are compared by their hash: eight bytes. */
export function touchesStatement(tenant: string, { good, bad }: BisectWindow, asked: Asked): Statement {
  const hashed = (key: string) => `hashtextextended(${key}, 0)`;
  const columns = `agent_id, healthy, from_position, from_at,
    ${stateChanges.map(({ column, key }) => `${hashed(key)} as ${column}`).join(', ')}`;
  const touched = stateChanges.map(
    ({ column, isAct }) =>
      `select agent_id, ${column} as key, ${isAct} as is_act, from_position as pos, from_at as at
       from changes where nth > 1 and ${column} <> before_${column} ${isAct ? '' : `and ${column} in (select hash from asked)`}`,
  );
  const ofFacets = `union all
      select f.agent_id, ${hashed(facetKey)}, f.facet = any(?::text[]), f.from_position, f.at
      from groups join lateral (
        select * from read.${agentFacetTable} f where f.agent_id = groups.agent_id and f.facet = any(?::text[])
          and f.from_position > ?::bigint and f.from_position < groups.until) f on true
      where ${isOtherServer}`;
  const sql = `with asked as materialized (select key, ${hashed('key')} as hash from unnest(?::text[]) key),
    states as materialized (
      select ${columns}, ${END_OF_TIME} as to_position from read.${agentTable}
        where tenant = ? and from_position <= ?::bigint
      union all
      select ${columns}, to_position from read.${agentHistoryTable}
        where tenant = ? and int8range(from_position, to_position) && int8range(?::bigint, ?::bigint, '[]')),
    ends as materialized (
      select agent_id, bool_or(healthy is false) filter (where from_position <= ?::bigint and to_position > ?::bigint) as was_ill,
        bool_or(healthy is false) filter (where to_position > ?::bigint) as is_ill,
        bool_or(healthy) filter (where to_position > ?::bigint) as is_well,
        max(from_position) filter (where healthy) as last_well
      from states group by agent_id),
    turns as (
      select distinct on (agent_id) agent_id, from_position as turn, from_at as turn_at
      from states join ends using (agent_id) where is_ill and from_position > last_well
      order by agent_id, from_position),
    groups as materialized (
      select agent_id, is_ill, turn, turn_at, case when is_ill then turn else ?::bigint + 1 end as until
      from ends left join turns using (agent_id) where turn is not null or (is_well and was_ill is not true)),
    changes as materialized (
      select states.*, row_number() over w as nth,
        ${stateChanges.map(({ column }) => `lag(${column}) over w as before_${column}`).join(', ')}
      from states window w as (partition by agent_id order by from_position)),
    touches as (${touched.join(' union all ')} ${asked.facets.length > 0 ? ofFacets : ''}),
    timed as (
      select t.*, g.is_ill, g.turn_at, max(t.at) filter (where t.is_act) over (partition by t.agent_id
          order by t.pos rows between unbounded preceding and 1 preceding) as last_act
      from touches t join groups g using (agent_id) where t.pos < g.until),
    firsts as materialized (
      select distinct on (agent_id, key) *,
        (not is_act and coalesce(last_act >= at - interval '${CONSEQUENCE}', false)) as follows
      from timed order by agent_id, key, pos),
    counted as (
      select key, count(*) filter (where is_ill)::int as hit, count(*) filter (where not is_ill)::int as missed,
        count(*) filter (where is_ill and follows)::int as hit_following,
        count(*) filter (where not is_ill and follows)::int as missed_following,
        percentile_cont(0.5) within group (order by extract(epoch from turn_at - at)::float8) filter (where is_ill) as lag
      from firsts where key in (select hash from asked) group by key)
    select
      (select count(*)::int from groups where is_ill) as affected,
      (select count(*)::int from groups where not is_ill) as unaffected,
      (select count(distinct key)::int from firsts where is_act and key not in (select hash from asked)) as others,
      (select json_agg(json_build_object('id', s.agent_id, 'name', s.display_name, 'position', s.turn::text, 'at', s.turn_at)
         order by s.turn) from (
         select g.agent_id, a.display_name, g.turn, g.turn_at from groups g join read.${agentTable} a using (agent_id)
         where g.is_ill order by g.turn, g.agent_id limit ${SAMPLE}) s) as sample,
      (select json_agg(json_build_object('key', asked.key, 'hit', hit, 'missed', missed, 'hit_following', hit_following,
         'missed_following', missed_following, 'lag_ms', lag * 1000)) from counted join asked on asked.hash = counted.key) as touches`;
  const [from, to] = [String(good), String(bad)];
  const bindings = [
    [...asked.keys],
    ...[tenant, to, tenant, from, to],
    ...[from, from, to, to, to],
    ...(asked.facets.length > 0 ? [actFacets, [...asked.facets], from] : []),
  ];
  return { sql, bindings };
}
