import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createGroupCommands,
  createMembershipCommands,
  ensureTenant,
  stampEvents,
  typedEvents,
} from '@ampora/application';
import type { EventLog, SubscribeOptions } from '@ampora/application/ports';
import { type AgentDecisionEvent, type AmporaEvent, streamOf } from '@ampora/catalogue';
import { assignmentDecider } from '@ampora/domain';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { type EventMetadata, fold } from '@ampora/kernel';
import { silentLogger } from '@ampora/platform';
import { connectionsToBuild, createProjector, migrateReadModels, readModels } from '@ampora/projections';
import { createQueries, type Queries } from '@ampora/projections/queries';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { GroupReconciler } from '@ampora/worker';
import { expect } from 'chai';
import fc from 'fast-check';
import createKnex from 'knex';
import pg from 'pg';
import { aimedFleetOf } from './group-reconciler.ts';

const metadata: EventMetadata = {
  tenant: 'default',
  actor: 'loopback',
  actorRole: 'Admin',
  correlationId: '0195d0a0-0000-7000-8000-0000000000cc',
};
const context = () => ({ commandId: randomUUID(), metadata });

interface Site {
  readonly log: EventLog;
  readonly queries: Queries;
  readonly connectionString: string;
  readonly groups: ReturnType<typeof createGroupCommands>;
  readonly members: ReturnType<typeof createMembershipCommands>;
  stop(): Promise<void>;
}

async function openSite(): Promise<Site> {
  const database = await (await throwAwayPostgres()).createDatabase();
  const { connectionString } = database;
  await migratePostgresEventLog({ connectionString });
  const log = createPostgresEventLog({ connectionString });
  const knex = createKnex({ client: 'pg', connection: connectionString, pool: { min: 0, max: 4 } });
  await migrateReadModels(knex);
  const pool = new pg.Pool({ connectionString, max: connectionsToBuild(readModels.length) });
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
  await ensureTenant(log, 'default', 'Default');
  return {
    log,
    queries,
    connectionString,
    groups: createGroupCommands({ log }),
    members: createMembershipCommands({ log }),
    async stop() {
      await projector.close();
      await log.close();
      await knex.destroy();
      await pool.end();
      await database.drop();
    },
  };
}

async function append(log: EventLog, streamId: string, events: readonly AmporaEvent[]): Promise<void> {
  await log.append([{ streamId, expectedRevision: 'any', events: stampEvents(events, metadata) }]);
}

const described = (ring: string): AmporaEvent => ({
  type: 'AgentDescriptionReported',
  data: { digest: randomUUID(), identifying: [], nonIdentifying: [{ key: 'ring', value: ring }] },
});

async function enrol(log: EventLog, ring: string): Promise<string> {
  const agentId = randomUUID();
  await append(log, streamOf.agent(agentId), [
    { type: 'AgentEnrolled', data: { agentId, instanceUid: agentId, enrolment: 'open', remoteAddress: '' } },
    described(ring),
  ]);
  return agentId;
}

function reconcilerOf(site: Site, lapped: () => void = () => undefined): GroupReconciler {
  return new GroupReconciler({
    log: site.log,
    fleet: aimedFleetOf(site.queries),
    tenant: 'default',
    connectionString: site.connectionString,
    logger: silentLogger,
    pageSize: 3,
    observer: { lapped, moved: () => undefined, failed: () => undefined },
  });
}

/** Reconciles until ended. */
function led(site: Site): { end(): Promise<void> } {
  const ending = new AbortController();
  const done = reconcilerOf(site).lead(ending.signal);
  return {
    async end() {
      ending.abort();
      await done;
    },
  };
}

async function lookAtEverybody(site: Site): Promise<void> {
  const looked = Promise.withResolvers<void>();
  const ending = new AbortController();
  const done = reconcilerOf(site, () => looked.resolve()).lead(ending.signal);
  await looked.promise;
  ending.abort();
  await done;
}

async function groupsOf(log: EventLog, agentIds: readonly string[]): Promise<(string | null)[]> {
  const streams = await log.readStreams(agentIds.map(streamOf.assignment));
  return streams.map((stream) => fold(assignmentDecider, typedEvents<AgentDecisionEvent>(stream)).groupId);
}

/** Waits until what is asked for answers so. */
async function eventually(ask: () => Promise<unknown>, wanted: unknown): Promise<void> {
  const latest = performance.now() + 20_000;
  for (;;) {
    const found = JSON.stringify(await ask());
    if (found === JSON.stringify(wanted)) return;
    if (performance.now() > latest) throw new Error(`wanted ${JSON.stringify(wanted)}, found ${found}`);
    await sleep(10);
  }
}

const rings = ['a', 'b', 'c'] as const;
const ringOf = fc.constantFrom(...rings);
const agentAt = fc.nat({ max: 5 });
const groupAt = fc.nat({ max: 3 });
type Step = {
  readonly do: string;
  readonly agent: number;
  readonly group: number;
  readonly ring: string;
  readonly priority: number;
};
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(
    'describe',
    'describe',
    'label',
    'unlabel',
    'create',
    'create',
    'select',
    'rank',
    'delete',
    'restore',
    'pin',
    'unpin',
    'hand-over',
  ),
  agent: agentAt,
  group: groupAt,
  ring: ringOf,
  priority: fc.integer({ min: -1, max: 1 }),
});

/** What the history says ought to be, told by other means than the code under test. */
class Model {
  readonly rings: string[] = [];
  readonly labels: (string | undefined)[] = [];
  readonly pinned: boolean[] = [];
  readonly groups: { id: string; ring: string; priority: number; lives: boolean; born: number }[] = [];

  belongs(agent: number, pin: string): string | null {
    if (this.pinned[agent]) return pin;
    const ring = this.labels[agent] ?? this.rings[agent];
    const [first] = this.groups
      .filter((group) => group.lives && group.ring === ring)
      .sort((left, right) => right.priority - left.priority || left.born - right.born);
    return first?.id ?? null;
  }
}

describe('the group reconciler', () => {
  let site: Site;
  before(async () => (site = await openSite()));
  after(() => site.stop());

  it('has every agent where its labels put it, after any history, run twice at once and broken off at will', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const { log, groups, members } = site;
        const run = randomUUID().slice(0, 8);
        const model = new Model();
        const agentIds: string[] = [];
        for (let at = 0; at < 6; at++) {
          const ring = `${run}-${rings[at % 3] ?? 'a'}`;
          agentIds.push(await enrol(log, ring));
          model.rings.push(ring);
        }
        const pin = await groups.create(
          {
            name: `pin ${run}`,
            description: '',
            mode: 'static',
            selector: null,
            priority: 0,
            autoApply: true,
          },
          context(),
        );
        const other = led(site);
        let own = led(site);
        for (const [at, { do: act, agent, group, ring: letter, priority }] of steps.entries()) {
          const agentId = String(agentIds[agent]);
          const ring = `${run}-${letter}`;
          const known = model.groups[group];
          const selector = `ring = "${ring}"`;
          if (act === 'describe') {
            await append(log, streamOf.agent(agentId), [described(ring)]);
            model.rings[agent] = ring;
          } else if (act === 'label' || act === 'unlabel') {
            await members.setLabels({ agentId, labels: act === 'label' ? { ring } : {} }, context());
            model.labels[agent] = act === 'label' ? ring : undefined;
          } else if (act === 'create' && model.groups.length < 4) {
            const { groupId } = await groups.create(
              { name: `${run} ${at}`, description: '', mode: 'dynamic', selector, priority, autoApply: true },
              context(),
            );
            model.groups.push({ id: groupId, ring, priority, lives: true, born: at });
          } else if (act === 'select' && known?.lives) {
            await groups.edit({ groupId: known.id, revision: undefined, changes: { selector } }, context());
            known.ring = ring;
          } else if (act === 'rank' && known?.lives) {
            await groups.edit({ groupId: known.id, revision: undefined, changes: { priority } }, context());
            known.priority = priority;
          } else if (act === 'delete' && known?.lives) {
            await groups.remove({ groupId: known.id, revision: undefined }, context());
            known.lives = false;
          } else if (act === 'restore' && known && !known.lives) {
            await groups.restore({ groupId: known.id }, context());
            known.lives = true;
          } else if (act === 'pin') {
            await members.join({ groupId: pin.groupId, agentIds: [agentId], reason: 'manual' }, context());
            model.pinned[agent] = true;
          } else if (act === 'unpin') {
            await members.leave({ groupId: null, agentIds: [agentId], reason: 'manual' }, context());
            model.pinned[agent] = false;
          } else if (act === 'hand-over') {
            await own.end();
            own = led(site);
          }
        }
        const wanted = agentIds.map((_, agent) => model.belongs(agent, pin.groupId));
        try {
          await eventually(() => groupsOf(log, agentIds), wanted);
        } finally {
          await own.end();
          await other.end();
        }
        // At rest nothing more is written, however often everybody is looked at.
        await lookAtEverybody(site);
        const head = await log.head();
        await lookAtEverybody(site);
        expect(await log.head()).to.equal(head);
        for (const { id, lives } of model.groups)
          if (lives) await groups.remove({ groupId: id, revision: undefined }, context());
      }),
      { numRuns: Number(process.env['LAW_RUNS'] ?? 8), endOnFailure: true },
    );
  }).timeout(180_000);

  it('gives the lead up when the log is no longer followed, and takes it again', async () => {
    const { log, groups, queries, connectionString } = site;
    let breaks = 1;
    const breaking: EventLog = Object.assign(Object.create(log) as EventLog, {
      subscribeAll: (options: SubscribeOptions) =>
        log.subscribeAll({
          ...options,
          onBatch: (batch) =>
            batch.events.length > 0 && breaks-- > 0
              ? Promise.reject(new Error('broken'))
              : options.onBatch(batch),
        }),
    });
    const reconciler = new GroupReconciler({
      log: breaking,
      fleet: aimedFleetOf(queries),
      tenant: 'default',
      connectionString,
      logger: silentLogger,
      tryEveryMs: 50,
    });
    reconciler.start();
    const ring = randomUUID();
    const agentId = await enrol(log, ring);
    // Whoever leads is told nothing before it follows the log: there is news until it was.
    for (let news = 0; news < 500 && breaks > 0; news++) {
      await enrol(log, randomUUID());
      await sleep(20);
    }
    const input = { name: ring, description: '', priority: 0, autoApply: true };
    const { groupId } = await groups.create(
      { ...input, mode: 'dynamic', selector: `ring = "${ring}"` },
      context(),
    );
    await eventually(() => groupsOf(log, [agentId]), [groupId]);
    expect(breaks).to.be.lessThan(1);
    await reconciler.close();
  });
});
