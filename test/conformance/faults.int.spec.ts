import { randomUUID } from 'node:crypto';
import { agentIdOf, stampEvents } from '@ampora/application';
import { type EventLog, EventLogUnavailable } from '@ampora/application/ports';
import { streamOf } from '@ampora/catalogue';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { createPostgresPresence, migratePostgresPresence } from '@ampora/opamp-edge';
import { AgentCapability, hasFlag, instanceUidToText, ServerToAgentFlag } from '@ampora/opamp-protocol';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import pg from 'pg';
import { begin, type EdgeUnderTest, startEdge } from './edge-under-test.ts';
import { fullState, RawAgent, RawPoller, text, usual, waitFor } from './raw-agent.ts';

const UNAVAILABLE = 2;
const described = (name: string) => ({ agentDescription: fullState(name).agentDescription });

describe('the edge and its event log', () => {
  let under: EdgeUnderTest;
  let isDown = false;
  before(async () => {
    const database = await (await throwAwayPostgres()).createDatabase();
    await migratePostgresEventLog(database);
    const real = createPostgresEventLog(database);
    const log: EventLog = {
      ...real,
      append: (batch) => (isDown ? Promise.reject(new EventLogUnavailable('down')) : real.append(batch)),
      readStreams: (ids) =>
        isDown ? Promise.reject(new EventLogUnavailable('down')) : real.readStreams(ids),
    };
    under = await begin(log, {}, async () => {
      await real.close();
      await database.drop();
    });
  });
  after(() => under.stop());

  it('E5, E7: what cannot be stored is not acknowledged, and is asked for again when the log is back', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    isDown = true;
    const refused = await agent.ask(described('lost'));
    expect(refused.errorResponse?.type).to.equal(UNAVAILABLE);
    expect(refused.errorResponse?.retryInfo?.retryAfterNanoseconds).to.not.equal(0n);
    isDown = false;
    const answer = await agent.ask();
    expect(hasFlag(answer.flags, ServerToAgentFlag.ReportFullState)).to.equal(true);
    expect((await agent.ask(fullState('lost'))).errorResponse).to.equal(undefined);
    const names = (await under.eventsOf(agent.uid)).filter(({ type }) => type === 'AgentDescriptionReported');
    expect(names).to.have.length(2);
    await agent.leave();
  });

  it('H18: over HTTP it is 503 with a time to come again', async () => {
    const poller = new RawPoller(under.port);
    await poller.post(fullState());
    isDown = true;
    const refused = await poller.post(described('lost'));
    expect(refused.status).to.equal(503);
    expect(Number(refused.headers['retry-after'])).to.be.within(30, 60);
    isDown = false;
    expect(hasFlag((await poller.post()).message?.flags ?? 0n, ServerToAgentFlag.ReportFullState)).to.equal(
      true,
    );
  });

  it('answers heartbeats of others while the log is down', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    isDown = true;
    expect((await agent.ask()).errorResponse).to.equal(undefined);
    isDown = false;
    await agent.leave();
  });

  it('decides again when another writer was faster', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const streamId = streamOf.agent(agentIdOf('default', instanceUidToText(agent.uid)));
    const events = stampEvents([{ type: 'AgentCustomCapabilitiesReported', data: { capabilities: ['x'] } }], {
      tenant: 'default',
      actor: 'spec',
      actorRole: 'System',
      correlationId: randomUUID(),
    });
    await under.log.append([{ streamId, expectedRevision: 'any', events }]);
    expect((await agent.ask(described('after'))).errorResponse).to.equal(undefined);
    expect((await agent.ask(described('once more'))).errorResponse).to.equal(undefined);
    expect((await under.typesOf(agent.uid)).slice(-3)).to.deep.equal([
      'AgentCustomCapabilitiesReported',
      'AgentDescriptionReported',
      'AgentDescriptionReported',
    ]);
    await agent.leave();
  });

  it('P13, P14: a component list is asked for once for all agents, and all get to know it', async () => {
    const capabilities = usual | AgentCapability.ReportsAvailableComponents;
    const hash = text(randomUUID());
    const [one, two, three] = await Promise.all(
      [1, 2, 3].map(() => RawAgent.connect(under.url, { capabilities })),
    );
    const asked = (flags: bigint) => hasFlag(flags, ServerToAgentFlag.ReportAvailableComponents);
    expect(asked((await one!.ask(fullState('1', { availableComponents: { hash } }))).flags)).to.equal(true);
    expect(asked((await two!.ask(fullState('2', { availableComponents: { hash } }))).flags)).to.equal(false);
    await one!.ask({
      availableComponents: { hash, components: { receivers: { subComponentMap: { otlp: {} } } } },
    });
    expect(asked((await three!.ask(fullState('3', { availableComponents: { hash } }))).flags)).to.equal(
      false,
    );
    const known = async (agent: RawAgent) =>
      (await under.eventsOf(agent.uid)).some(
        ({ type, data }) =>
          type === 'AgentAvailableComponentsReported' &&
          (data as { contentHash: unknown }).contentHash !== null,
      );
    for (const agent of [one, two, three]) await waitFor(() => known(agent!), 'the list to be known');
    await Promise.all([one, two, three].map((agent) => agent!.leave()));
  });

  it('P10, P11: custom capabilities replace each other; a message for none of ours is answered', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState('c', { customCapabilities: { capabilities: ['io.a/1', 'io.b'] } }));
    await agent.ask({ customCapabilities: { capabilities: ['io.b'] } });
    await agent.ask({ customCapabilities: {} });
    expect(
      (await agent.ask({ customMessage: { capability: 'io.none', type: 't', data: text('x') } }))
        .errorResponse,
    ).to.equal(undefined);
    const lists = (await under.eventsOf(agent.uid)).filter(
      ({ type }) => type === 'AgentCustomCapabilitiesReported',
    );
    expect(lists.map(({ data }) => (data as { capabilities: string[] }).capabilities)).to.deep.equal([
      ['io.a/1', 'io.b'],
      ['io.b'],
      [],
    ]);
    await agent.leave();
  });

  it('P16, P17: times of any size break nothing, and are no news', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const before = await under.typesOf(agent.uid);
    const health = {
      healthy: true,
      status: 'StatusOK',
      startTimeUnixNano: 2n ** 64n - 1n,
      statusTimeUnixNano: 0n,
    };
    expect((await agent.ask({ health })).errorResponse).to.equal(undefined);
    expect(await under.typesOf(agent.uid)).to.deep.equal(before);
    await agent.leave();
  });
});

describe('presence and silence', () => {
  it('writes who was seen to one table, a batch at a time', async () => {
    const database = await (await throwAwayPostgres()).createDatabase();
    const postgres = new pg.Pool({ connectionString: database.connectionString, max: 1 });
    await migratePostgresPresence(postgres);
    await migratePostgresPresence(postgres);
    const presence = createPostgresPresence({ postgres, edgeInstance: 'edge-1' });
    const under = await startEdge({ presence, presenceIntervalMs: 50 });
    const agents = await Promise.all(Array.from({ length: 3 }, () => RawAgent.connect(under.url)));
    for (const agent of agents) await agent.ask(fullState());
    const rows = async () =>
      (await postgres.query('select * from ampora_presence order by agent_id')).rows as {
        agent_id: string;
        last_seen_at: Date;
        edge_instance: string;
      }[];
    await waitFor(async () => (await rows()).length === 3, 'three rows');
    const [first] = agents as [RawAgent];
    const agentId = agentIdOf('default', instanceUidToText(first.uid));
    const seen = async () =>
      (await rows()).find((row) => row.agent_id === agentId)?.last_seen_at.getTime() ?? 0;
    const before = await seen();
    await first.ask();
    await waitFor(async () => (await seen()) > before, 'a later sighting');
    await presence.record([{ agentId, tenant: 'default', lastSeenAtMs: 1 }]);
    expect(await seen()).to.be.above(before);
    await Promise.all(agents.map((agent) => agent.leave()));
    await under.stop();
    await postgres.end();
    await database.drop();
  });

  it('states as gone who is silent, and who did not come back after the edge ended without a word', async () => {
    const first = await startEdge({ edgeInstance: 'edge-1', heartbeatWindowMs: 600 });
    const [stays, goes] = (await Promise.all([1, 2].map(() => RawAgent.connect(first.url)))) as [
      RawAgent,
      RawAgent,
    ];
    for (const agent of [stays, goes]) await agent.ask(fullState());
    const [connected] = (await first.eventsOf(goes.uid)).filter(({ type }) => type === 'AgentConnected');
    const { connectionId } = connected?.data as { connectionId: string };
    const agentId = agentIdOf('default', instanceUidToText(goes.uid));
    const edge = await begin(
      first.log,
      {
        edgeInstance: 'edge-2',
        heartbeatWindowMs: 400,
        listConnectedAgents: () => Promise.resolve([{ agentId, connectionId, edgeInstance: 'edge-1' }]),
      },
      () => Promise.resolve(),
    );
    await edge.untilEvent(goes.uid, 'AgentDisconnected');
    await first.untilEvent(stays.uid, 'AgentDisconnected');
    const [gone] = (await first.eventsOf(stays.uid)).filter(({ type }) => type === 'AgentDisconnected');
    expect((gone?.data as { reason: string }).reason).to.equal('silent');
    await Promise.all([stays.leave(), goes.leave()]);
    await edge.stop();
    await first.stop();
  });
});
