import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createGroupCommands, ensureTenant, stampEvents } from '@ampora/application';
import type { EventLog } from '@ampora/application/ports';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import type { EventMetadata } from '@ampora/kernel';
import { silentLogger } from '@ampora/platform';
import { createProjector, migrateReadModels, readModels } from '@ampora/projections';
import { createQueries, type Queries } from '@ampora/projections/queries';
import { aimedFleetOf } from '@ampora/server';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { GroupReconciler } from '@ampora/worker';
import createKnex from 'knex';
import pg from 'pg';
import { defineBench } from './harness.ts';

/**
 * P12: a selector changed, and every one of 10,000 agents is evaluated anew, against ten dynamic groups, by the reconciler
 * as it runs. Baseline: one scan of the same rows by the same query. That nobody moves keeps the log out of it; what moving
 * half of them costs is measured apart, without a claim.
 */
const AGENTS = 10_000;
const GROUPS = 10;
const PAGE = 1_000;

const metadata: EventMetadata = {
  tenant: 'default',
  actor: 'bench',
  actorRole: 'Admin',
  correlationId: '0195d0a0-0000-7000-8000-0000000000cc',
};
const context = () => ({ commandId: randomUUID(), metadata });

interface Site {
  readonly log: EventLog;
  readonly queries: Queries;
  readonly connectionString: string;
  readonly agents: number;
  /** The group whose selector changes. */
  readonly groupId: string;
  stop(): Promise<void>;
}

let site: Site | undefined;

function factsOf(index: number): { agentId: string; events: AmporaEvent[] } {
  const agentId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const attributes = {
    'host.name': `host-${index}`,
    'os.type': 'linux',
    'deployment.environment': index % 3 === 0 ? 'production' : 'staging',
    'cloud.region': `eu-${index % 7}`,
    team: `team-${index % 40}`,
    ring: `ring-${index % 20}`,
    rack: `rack-${index % 200}`,
  };
  return {
    agentId,
    events: [
      {
        type: 'AgentEnrolled',
        data: { agentId, instanceUid: agentId, enrolment: 'open', remoteAddress: '' },
      },
      { type: 'AgentCapabilitiesReported', data: { capabilities: '6151' } },
      {
        type: 'AgentDescriptionReported',
        data: {
          digest: String(index),
          identifying: [
            { key: 'service.name', value: 'otelcol' },
            { key: 'service.version', value: '0.149.0' },
          ],
          nonIdentifying: Object.entries(attributes).map(([key, value]) => ({ key, value })),
        },
      },
    ],
  };
}

/** Like those that people write: an environment, a region by pattern, a few teams. */
const selectorOf = (group: number): string =>
  `deployment.environment = "production" and cloud.region matches "^eu-[0-6]$" and ring = "ring-${group}" and team in ("team-${group}", "team-${group + 20}")`;

async function open(quick: boolean): Promise<Site> {
  const agents = quick ? AGENTS / 5 : AGENTS;
  const database = await (await throwAwayPostgres()).createDatabase();
  const { connectionString } = database;
  await migratePostgresEventLog({ connectionString });
  const log = createPostgresEventLog({ connectionString });
  const knex = createKnex({ client: 'pg', connection: connectionString, pool: { min: 0, max: 4 } });
  await migrateReadModels(knex);
  await ensureTenant(log, 'default', 'Default');
  for (let from = 0; from < agents; from += 500)
    await log.append(
      Array.from({ length: Math.min(500, agents - from) }, (_, at) => factsOf(from + at)).map(
        ({ agentId, events }) => ({
          streamId: streamOf.agent(agentId),
          expectedRevision: 'no-stream' as const,
          events: stampEvents(events, metadata),
        }),
      ),
    );
  const groups = createGroupCommands({ log });
  const ids: string[] = [];
  for (let group = 0; group < GROUPS; group++) {
    const input = { name: `group ${group}`, description: '', mode: 'dynamic' as const, autoApply: true };
    const { groupId } = await groups.create(
      { ...input, priority: group, selector: selectorOf(group) },
      context(),
    );
    ids.push(groupId);
  }
  const pool = new pg.Pool({ connectionString, max: 8 });
  pool.on('error', () => undefined);
  const queries = createQueries({ knex, eventLog: log });
  const projector = createProjector({
    pool,
    connectionString,
    eventLog: log,
    projections: readModels,
    logger: silentLogger,
  });
  projector.onProgress(() => queries.nudge());
  projector.start();
  if (!(await queries.waitFor(await log.head(), 300_000))) throw new Error('The read models were not built');
  await pool.query('vacuum analyze');
  return {
    log,
    queries,
    connectionString,
    agents,
    groupId: ids[0] ?? '',
    async stop() {
      await projector.close();
      await log.close();
      await knex.destroy();
      await pool.end();
      await database.drop();
    },
  };
}

interface Lapped {
  readonly ms: number;
  readonly moved: number;
  /** Longest that the event loop was kept from turning. */
  readonly longestMs: number;
}

/** Everybody looked at once by a reconciler that takes the lead; milliseconds, and who moved. */
async function lap({ log, queries, connectionString }: Site): Promise<Lapped> {
  const ending = new AbortController();
  const done = Promise.withResolvers<number>();
  let moved = 0;
  const reconciler = new GroupReconciler({
    log,
    fleet: aimedFleetOf(queries),
    tenant: 'default',
    connectionString,
    logger: silentLogger,
    pageSize: PAGE,
    observer: {
      lapped: (seconds) => done.resolve(seconds * 1_000),
      moved: (joined, left) => (moved += joined + left),
      failed: () => done.reject(new Error('The reconciler failed')),
    },
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const running = reconciler.lead(ending.signal);
  const ms = await done.promise;
  ending.abort();
  await running;
  delay.disable();
  return { ms, moved, longestMs: delay.max / 1e6 };
}

async function scan({ queries }: Site): Promise<number> {
  const began = performance.now();
  let after: string | undefined;
  do {
    const page = await queries.listAimedAgents({ limit: PAGE }, { order: 'id', after });
    after = page.length === PAGE ? page.at(-1)?.agentId : undefined;
  } while (after !== undefined);
  return performance.now() - began;
}

const opened = (): Site => {
  if (!site) throw new Error('not set up');
  return site;
};
const setUp = async (quick: boolean) => {
  site = await open(quick);
  // Everybody goes where they belong first.
  await lap(site);
};
const tearDown = async () => {
  await site?.stop();
  site = undefined;
};

defineBench({
  id: 'selector-reevaluated',
  title: 'P12 selector over 10,000 agents re-evaluated, ten dynamic groups',
  rounds: 7,
  unit: 'ms',
  higherIsBetter: false,
  bound: 5,
  aim: 2,
  setUp,
  tearDown,
  baseline: () => scan(opened()),
  product: async () => {
    const { ms, longestMs } = await lap(opened());
    return { value: ms, figures: { 'longest turn of the event loop, ms': longestMs } };
  },
});

defineBench({
  id: 'selector-moved',
  title: 'A selector that moves half of them in and out again, no claim',
  rounds: 5,
  unit: 'ms',
  higherIsBetter: false,
  setUp,
  tearDown,
  product: async ({ round }) => {
    const { log, queries, groupId } = opened();
    const selector = round % 2 === 0 ? 'has-key rack and not (team = "team-0")' : 'rack matches "^rack-1"';
    const groups = createGroupCommands({ log });
    const { position } = await groups.edit(
      { groupId, revision: undefined, changes: { selector } },
      context(),
    );
    if (!(await queries.waitFor(position, 60_000))) throw new Error('not visible');
    const { ms, moved, longestMs } = await lap(opened());
    await queries.waitFor(await log.head(), 60_000);
    return { value: ms, figures: { moved, 'longest turn of the event loop, ms': longestMs } };
  },
});
