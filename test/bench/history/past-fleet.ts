import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { createQueries, type Moment, type Queries } from '@ampora/projections/queries';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import createKnex, { type Knex } from 'knex';
import { join } from 'node:path';
import { startProcess } from '../processes/start-process.ts';
import type { ProjectorRequests } from '../servers/projector.ts';
import { writeFleetHistory } from './fleet-history.ts';

/** A fleet with a past: its log, and all read models built from it. */
export interface PastFleet {
  readonly knex: Knex;
  readonly queries: Queries;
  /** The fleet's rows as they are now, in whatever version serves. */
  readonly agentTable: string;
  readonly agentIds: readonly string[];
  /** Moments all over the log, the first and last few events left out. */
  readonly moments: readonly Moment[];
  close(): Promise<void>;
}

const MOMENTS = 20;

export async function openPastFleet(events: number, mostAgents: number): Promise<PastFleet> {
  const database = await (await throwAwayPostgres()).createDatabase();
  const { connectionString } = database;
  await migratePostgresEventLog(database);
  const eventLog = createPostgresEventLog(database);
  await writeFleetHistory(eventLog, events, { mostAgents });
  const builder = startProcess<ProjectorRequests>(join(import.meta.dirname, '../servers/projector.ts'), {
    BENCH_DATABASE: connectionString,
  });
  await builder.ask('rebuild');
  await builder.stop();
  const knex = createKnex({ client: 'pg', connection: connectionString, pool: { min: 1, max: 2 } });
  await knex.raw('vacuum analyze');
  const queries = createQueries({ knex, eventLog });
  const head = await eventLog.head();
  const moments: Moment[] = [];
  for (let index = 1; index <= MOMENTS; index++)
    moments.push(await queries.resolveMoment(String((head * BigInt(index)) / BigInt(MOMENTS + 1))));
  const { rows } = (await knex.raw(
    `select 'agent_v' || version as name from read.projections where name = 'fleet' and slot = 'live'`,
  )) as { rows: { name: string }[] };
  const agentIds: string[] = [];
  const now = await queries.resolveMoment();
  let cursor: string | undefined;
  do {
    const page = await queries.listAgents({ limit: 500, cursor }, now);
    agentIds.push(...page.items.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && agentIds.length < 5_000);
  return {
    knex,
    queries,
    agentTable: rows[0]?.name ?? '',
    agentIds,
    moments,
    async close() {
      await knex.destroy();
      await eventLog.close();
      await database.drop();
    },
  };
}
