import pg from 'pg';
import { eventLogUnavailable } from './postgres-errors.ts';

export interface PostgresEventLogLocation {
  readonly connectionString: string;
  /** Schema that holds the log and nothing else. Default `log`. */
  readonly schema?: string;
}

const MIGRATION_LOCK = 'ampora event log migration';

/** The schema's name as SQL, or an error that says what a name may be. */
export function schemaIdentifier(schema = 'log'): string {
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(schema)) {
    throw new Error(
      `Event log schema ${JSON.stringify(schema)} must be lower-case letters, digits and _, at most 41`,
    );
  }
  return `"${schema}"`;
}

/** Identifies the log's writers among a database's advisory locks. */
function appendLockKey(schema: string): string {
  return `hashtextextended('ampora event log append ${schema}', 0)`;
}

/** Each step runs once, in order; a step that has shipped is never edited. adr/0013-event-columns.md has the reasons. */
const steps: readonly ((schema: string) => string)[] = [
  (schema) => `
    create table ${schema}.events (
      position        bigint primary key,
      stream_id       text collate "C" not null,
      revision        bigint not null,
      event_id        uuid not null,
      type            text collate "C" not null,
      schema_version  integer not null,
      recorded_at_ms  bigint not null,
      size_bytes      integer not null,
      unchecked       boolean not null,
      data            json not null,
      metadata        json not null,
      constraint events_stream_revision unique (stream_id, revision)
    );
    comment on table ${schema}.events is 'The event log, the only truth. Positions are dense from 1. Append only.';
    comment on column ${schema}.events.unchecked is
      'Appended without an expected revision: found again by its id, where the others are found by their revision.';
    create index events_unchecked_id on ${schema}.events (event_id) where unchecked;

    create function ${schema}.refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'The event log is append only: % on %.% refused', tg_op, tg_table_schema, tg_table_name;
    end $$;
    create trigger events_append_only before update or delete or truncate on ${schema}.events
      for each statement execute function ${schema}.refuse_change();

    -- Appends to many streams, each named at most once. expected: a revision, -1 no stream, -2 any.
    -- append_of says which append (from 1) an event belongs to; events come in the order of their appends.
    -- The lock is held until the commit is visible: positions are dense and nobody sees a later one first.
    create function ${schema}.append(
      streams text[], expected bigint[], counts integer[],
      append_of integer[], stream_of text[], ids uuid[], types text[], schema_versions integer[], sizes integer[],
      data json[], metadata json[],
      out last_position bigint, out heads bigint[], out accepted boolean[], out repeats json
    ) language plpgsql
      set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
    as $$
    declare
      last_ms bigint;
      known integer[] := '{}';
      events_before bigint[];
      position_shift bigint[];
      revision_shift bigint[];
    begin
      perform pg_advisory_xact_lock(${appendLockKey(schema)});
      select e.position, e.recorded_at_ms into last_position, last_ms
        from ${schema}.events e order by e.position desc limit 1;
      last_position := coalesce(last_position, 0);
      last_ms := greatest(floor(extract(epoch from clock_timestamp()) * 1000)::bigint, coalesce(last_ms, 0));

      if -2 = any (expected) then
        select coalesce(array_agg(distinct n.append), '{}') into known
          from unnest(append_of, stream_of, ids) n(append, stream_id, id)
          join ${schema}.events e on e.event_id = n.id and e.unchecked and e.stream_id = n.stream_id
         where expected[n.append] = -2;
      end if;

      with head as (
        select a.append, a.expected, a.count, coalesce(h.revision, -1) as revision
          from unnest(streams, expected, counts) with ordinality a(stream_id, expected, count, append)
          left join lateral (
            select e.revision from ${schema}.events e where e.stream_id = a.stream_id order by e.revision desc limit 1
          ) h on true
      ), verdict as (
        select head.append, head.count, head.revision,
               head.expected = head.revision or (head.expected = -2 and not head.append = any (known)) as ok
          from head
      ), place as (
        select verdict.append, verdict.revision, verdict.ok,
               sum(verdict.count) over preceding - verdict.count as before,
               sum(verdict.count * verdict.ok::integer) over preceding - verdict.count * verdict.ok::integer as taken
          from verdict window preceding as (order by verdict.append rows unbounded preceding)
      )
      select array_agg(place.revision), array_agg(place.ok), array_agg(place.before),
             array_agg(last_position + place.taken - place.before), array_agg(place.revision - place.before)
        into heads, accepted, events_before, position_shift, revision_shift
        from (select * from place order by place.append) place;

      insert into ${schema}.events (position, stream_id, revision, event_id, type, schema_version, recorded_at_ms,
                                    size_bytes, unchecked, data, metadata)
      select position_shift[n.append] + n.place, n.stream_id, revision_shift[n.append] + n.place, n.id, n.type,
             n.schema_version, last_ms, n.size, expected[n.append] = -2, n.data, n.metadata
        from unnest(append_of, stream_of, ids, types, schema_versions, sizes, append.data, append.metadata)
             with ordinality n(append, stream_id, id, type, schema_version, size, data, metadata, place)
       where accepted[n.append];

      if false = any (accepted) then
        select json_agg(json_build_array(found.append, found.first, found.last, found.position::text)) into repeats
          from (
            select n.append, min(e.revision) as first, max(e.revision) as last, max(e.position) as position
              from unnest(append_of, stream_of, ids) with ordinality n(append, stream_id, id, place)
              join lateral (
                select e.revision, e.position from ${schema}.events e
                 where expected[n.append] > -2 and e.stream_id = n.stream_id and e.event_id = n.id
                   and e.revision = expected[n.append] + n.place - events_before[n.append]
                union all
                select e.revision, e.position from ${schema}.events e
                 where expected[n.append] = -2 and e.event_id = n.id and e.unchecked and e.stream_id = n.stream_id
              ) e on true
             where not accepted[n.append]
             group by n.append
            having count(*) = counts[n.append] and min(e.revision - n.place) = max(e.revision - n.place)
          ) found;
      end if;
    end $$;
  `,
  // The probe for a stream's last revision stays in the index where pages are known to be visible to all: vacuum tells,
  // and by default it would come after a fifth of the table only.
  (schema) => `
    alter table ${schema}.events set (
      autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000,
      autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500000
    );
  `,
  // A stored event changes in one way only: its data is emptied and its metadata gains the mark, by the function below.
  (schema) => `
    drop trigger events_append_only on ${schema}.events;
    create trigger events_append_only before delete or truncate on ${schema}.events
      for each statement execute function ${schema}.refuse_change();

    create function ${schema}.refuse_rewrite() returns trigger language plpgsql as $$
    begin
      if current_setting('ampora.scavenging', true) is distinct from 'on'
        or new.data::text <> '{}' or new.metadata::jsonb->'scavenged' is null
        or new.metadata::jsonb - 'scavenged' <> old.metadata::jsonb
        or (new.position, new.stream_id, new.revision, new.event_id, new.type, new.schema_version, new.recorded_at_ms, new.unchecked)
          is distinct from
           (old.position, old.stream_id, old.revision, old.event_id, old.type, old.schema_version, old.recorded_at_ms, old.unchecked)
      then
        raise exception 'The event log is append only: % on %.% refused', tg_op, tg_table_schema, tg_table_name;
      end if;
      return new;
    end $$;
    create trigger events_no_rewrite before update on ${schema}.events
      for each row execute function ${schema}.refuse_rewrite();

    create function ${schema}.scavenge(positions bigint[], leaf_hashes text[], decision text) returns integer language plpgsql as $$
    declare
      marked integer;
    begin
      perform set_config('ampora.scavenging', 'on', true);
      with wanted as (
        select e.position, (left(rtrim(e.metadata::text), -1) || ',"scavenged":' || json_build_object('leafHash', n.leaf_hash, 'by', decision)::text || '}')::json as metadata
          from unnest(positions, leaf_hashes) n(position, leaf_hash)
          join ${schema}.events e on e.position = n.position and e.metadata->'scavenged' is null
      )
      update ${schema}.events e
         set data = '{}', metadata = wanted.metadata, size_bytes = octet_length(wanted.metadata::text) + 2
        from wanted where e.position = wanted.position;
      get diagnostics marked = row_count;
      perform set_config('ampora.scavenging', 'off', true);
      return marked;
    end $$;
  `,
];

/**
 * Creates the log's schema, or brings it up to date. Idempotent, all or nothing, safe from several processes at once.
 * Rejects with EventLogUnavailable or EventLogMisconfigured.
 */
export async function migratePostgresEventLog(location: PostgresEventLogLocation): Promise<void> {
  const schema = schemaIdentifier(location.schema);
  const client = new pg.Client({
    connectionString: location.connectionString,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [MIGRATION_LOCK]);
    await client.query(`create schema if not exists ${schema}`);
    await client.query(
      `create table if not exists ${schema}.migrations (step integer primary key, applied_at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ done: number }>(
      `select count(*)::int as done from ${schema}.migrations`,
    );
    for (let step = rows[0]?.done ?? 0; step < steps.length; step++) {
      await client.query(steps[step]?.(schema) ?? '');
      await client.query(`insert into ${schema}.migrations (step) values ($1)`, [step]);
    }
    await client.query('commit');
  } catch (error) {
    throw eventLogUnavailable(error, 'Preparing the event log failed');
  } finally {
    await client.end().catch(() => undefined);
  }
}
