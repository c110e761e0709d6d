import { randomUUID } from 'node:crypto';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import { type Bench, type Fact, openBench } from '../harness.spec.ts';
import { uuidOf } from '../histories.spec.ts';
import { createQueries, type Queries } from '../queries.ts';
import { fleetProjection } from '../fleet/projection.ts';
import { touchesStatement } from './count-touches.ts';

const agents = 40;
/** 0 to 9 get the bad configuration; of these, 2 stay healthy; 39 falls ill by itself. */
const given = 10;
const resistant = new Set([8, 9]);
const idOf = (agent: number) => uuidOf('bisect', agent);
const bad = {
  configurationId: uuidOf('c', 'bad'),
  version: 2,
  contentHash: 'b'.repeat(64),
  configHash: 'b'.repeat(64),
};
const harmless = {
  ...bad,
  configurationId: uuidOf('c', 'ok'),
  contentHash: 'a'.repeat(64),
  configHash: 'a'.repeat(64),
};

const of = (agent: number, event: AmporaEvent): Fact => ({ stream: streamOf.agent(idOf(agent)), event });
const health = (agent: number, healthy: boolean): Fact =>
  of(agent, {
    type: 'AgentHealthReported',
    data: {
      digest: String(healthy),
      reports: 1,
      health: {
        healthy,
        status: healthy ? 'StatusOK' : 'StatusPermanentError',
        lastError: healthy ? '' : 'connection refused',
        startTimeUnixNano: '1',
        statusTimeUnixNano: '0',
        components: [],
      },
    },
  });
const described = (agent: number, version: string): Fact =>
  of(agent, {
    type: 'AgentDescriptionReported',
    data: {
      digest: version,
      identifying: [
        { key: 'service.name', value: 'otelcol' },
        { key: 'service.version', value: version },
      ],
      nonIdentifying: [{ key: 'host.name', value: `host-${agent}` }],
    },
  });
const assigned = (agent: number, version: typeof bad): Fact => ({
  stream: streamOf.assignment(idOf(agent)),
  event: { type: 'AgentConfigurationAssigned', data: { agentId: idOf(agent), ...version } },
});
const runs = (agent: number, contentHash: string): Fact =>
  of(agent, {
    type: 'AgentEffectiveConfigReported',
    data: { digest: contentHash, files: [{ name: '', contentType: 'text/yaml', contentHash, sizeBytes: 1 }] },
  });

describe('what the read models know of a turn to illness', () => {
  let bench: Bench;
  let queries: Queries;
  let good = 0n;
  let end = 0n;
  const all = Array.from({ length: agents }, (_, agent) => agent);

  before(async function () {
    this.timeout(60_000);
    bench = await openBench();
    bench.projector().start();
    queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
    await bench.append([
      {
        stream: streamOf.configuration(bad.configurationId),
        event: {
          type: 'ConfigurationCreated',
          data: { configurationId: bad.configurationId, name: 'edge', description: '' },
        },
      },
      ...all.flatMap((agent) => [
        of(agent, {
          type: 'AgentEnrolled',
          data: {
            agentId: idOf(agent),
            instanceUid: randomUUID(),
            enrolment: 'open',
            remoteAddress: '127.0.0.1',
          },
        }),
        of(agent, { type: 'AgentCapabilitiesReported', data: { capabilities: String(0x1807) } }),
        described(agent, '0.148.0'),
      ]),
    ]);
    good = await bench.append(all.map((agent) => health(agent, true)));
    // Harmless: a new version of the software on every other agent, another configuration on the last twenty and on 0.
    await bench.append(all.filter((agent) => agent % 2 === 0).map((agent) => described(agent, '0.149.0')));
    await bench.append([0, ...all.slice(20)].map((agent) => assigned(agent, harmless)));
    await bench.append([assigned(25, { ...harmless, configHash: 'e'.repeat(64) })]);
    // Everybody restarts for a moment: that is no illness.
    await bench.append(all.flatMap((agent) => [health(agent, false), health(agent, true)]));
    await bench.append(all.slice(0, given).map((agent) => assigned(agent, bad)));
    await bench.append(all.slice(0, given).map((agent) => runs(agent, `${agent}`.repeat(64).slice(0, 64))));
    await bench.append(
      all
        .slice(0, given)
        .filter((agent) => !resistant.has(agent))
        .map((agent) => health(agent, false)),
    );
    end = await bench.append([health(39, false)]);
    await bench.reached(end);
  });
  after(() => bench.close());

  it('finds the moments by itself: healthy run and turn', async () => {
    const window = await queries.bisectWindow(idOf(0), {});
    const { turn } = await queries.bisectTouches({
      agentId: idOf(0),
      good: window!.good.position,
      bad: window!.bad.position,
    });
    expect(window!.good.position <= good).to.equal(true);
    expect(window!.bad.position).to.equal(end);
    expect(turn.position > window!.good.position && turn.position <= window!.bad.position).to.equal(true);
    expect(await queries.bisectWindow(randomUUID(), {})).to.equal(undefined);
  });

  it('counts whom each change touched, before their turn, and knows who stayed healthy', async () => {
    const { affected, unaffected, touches, others } = await queries.bisectTouches({
      agentId: idOf(0),
      good,
      bad: end,
    });
    expect(affected.count).to.equal(given - resistant.size + 1);
    expect(affected.sample.map(({ displayName }) => displayName)).to.include.members(['host-0', 'host-39']);
    expect(unaffected.count).to.equal(agents - affected.count);
    const byKey = new Map(touches.map((touch) => [touch.key, touch]));
    expect(byKey.get(`config:${bad.configHash}`)).to.deep.include({
      isAct: true,
      touchedAffected: 8,
      touchedUnaffected: 2,
      followingAffected: 0,
    });
    expect(byKey.get('software:otelcol 0.149.0')).to.deep.include({
      before: 'otelcol 0.148.0',
      touchedAffected: 4,
      touchedUnaffected: 16,
    });
    expect(byKey.get(`config:${harmless.configHash}`)).to.deep.include({
      touchedAffected: 2,
      touchedUnaffected: 19,
    });
    const ran = touches.find(({ key }) => key.startsWith('runs:'));
    expect(ran).to.deep.include({ isAct: false, touchedAffected: 1, followingAffected: 1 });
    expect(others, 'what was assigned to agent 25 alone').to.equal(1);
    const told = await queries.describeEvents(touches.map(({ position }) => position));
    expect(told.get(byKey.get(`config:${bad.configHash}`)!.position)).to.deep.include({
      type: 'AgentConfigurationAssigned',
      configuration: { id: bad.configurationId, name: 'edge', version: 2 },
    });
  });

  it('sees nothing of what came after the turn, or before the good moment', async () => {
    const { touches } = await queries.bisectTouches({ agentId: idOf(39), good, bad: end });
    expect(touches.map(({ key }) => key)).to.deep.equal([`config:${harmless.configHash}`]);
    const late = await queries.bisectTouches({ agentId: idOf(39), good: end - 1n, bad: end });
    expect(late.touches).to.deep.equal([]);
    expect(late.affected.count).to.equal(1);
  });

  it('reads the past through the index over intervals', async () => {
    const { sql, bindings } = touchesStatement(
      'default',
      { agentId: idOf(0), good, bad: end },
      { keys: ['config:x'], facets: ['offer'] },
    );
    await bench.knex.transaction(async (transaction) => {
      await transaction.raw('set local enable_seqscan = off');
      const { rows } = (await transaction.raw(`explain ${sql}`, bindings as never)) as {
        rows: { 'QUERY PLAN': string }[];
      };
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).to.contain(`agent_history_v${fleetProjection.version}_moment`);
    });
  });
});
