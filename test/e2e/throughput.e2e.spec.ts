import { type AgentThroughput, createClient } from '@ampora/api-contract';
import { createFleet, type Fleet } from '@ampora/fleet-sim';
import { expect } from 'chai';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { waitUntil } from '../system/wait-until.ts';

const agents = 12;
const config = `receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:4317"}}}}
processors: {batch: {timeout: 2s}}
exporters: {debug: {}}
service: {pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [debug]}}}
`;

describe('what flows through a fleet', function () {
  this.timeout(180_000);
  let ampora: AmporaProcess;
  let call: ReturnType<typeof createClient>;
  let fleet: Fleet;

  const sendOften = () =>
    createFleet({
      endpoint: ampora.opampEndpoint('websocket'),
      agents,
      pace: 0.05,
      ownMetrics: { everyMs: 500 },
    });
  /** What it ran before is told for a while, as still. */
  const flowing = ({ components }: AgentThroughput) =>
    components.filter(({ itemsPerSecond }) => itemsPerSecond);
  const offersOf = async (agentId: string) =>
    (await ampora.client.agentEvents(agentId)).filter(({ type }) => type === 'AgentOwnMetricsOffered').length;

  before(async () => {
    ampora = await startAmpora({ settings: { OpAmp__OwnMetrics: 'auto' } });
    call = createClient({ baseUrl: ampora.url });
    fleet = sendOften();
    await fleet.start();
  });
  after(async () => {
    await fleet.stop();
    await ampora.dispose();
  });

  it('is measured by the agents, told where to, and shown by component, version and plan', async () => {
    const { configurationId, version } = await ampora.client.publish('measured', config);
    await call('assign', { body: { configurationId, version, target: { all: true } } });
    const told = await waitUntil('all agents that run it to tell', async () => {
      const { items } = await call('listAgents', { query: { remoteConfigStatus: ['applied'] } });
      const each = await Promise.all(items.map(({ id }) => call('getAgentThroughput', { params: { id } })));
      const isThere = items.length === agents && each.every((one) => flowing(one).length === 3);
      return isThere ? { items, each } : undefined;
    });
    for (const one of told.each) {
      expect(one.available).to.equal(true);
      expect(flowing(one).map(({ section, id, signal }) => `${section}/${id} ${signal}`)).to.deep.equal([
        'receivers/otlp traces',
        'processors/batch traces',
        'exporters/debug traces',
      ]);
    }
    const sum = await call('getConfigurationThroughput', { params: { id: configurationId, version } });
    expect(sum).to.include({ available: true, agents, reporting: agents });
    const received = sum.components.find(({ itemsPerSecond }) => itemsPerSecond);
    const single = Math.max(...told.each.map((one) => flowing(one)[0]?.itemsPerSecond ?? 0));
    expect(received?.itemsPerSecond).to.be.above(single);
    const plan = await call('planChange', { body: { change: { kind: 'unassign', target: { all: true } } } });
    expect(plan.throughput?.reporting).to.equal(agents);
    expect(plan.throughput?.signals.flatMap((one) => (one.itemsPerSecond ? [one.signal] : []))).to.deep.equal(
      ['traces'],
    );
  });

  it('is asked for once: neither their coming back nor a restart of the server asks again', async () => {
    const { items } = await call('listAgents', {});
    expect(await Promise.all(items.map(({ id }) => offersOf(id)))).to.deep.equal(items.map(() => 1));
    const endMs = Date.now();
    await ampora.killHard();
    await ampora.startAgain();
    await waitUntil('throughput again', async () => {
      const again = await Promise.all(
        items.map(({ id }) => call('getAgentThroughput', { params: { id } }).catch(() => undefined)),
      );
      return again.every((one) => one?.available && Date.parse(one.at ?? '') > endMs);
    });
    expect(await Promise.all(items.map(({ id }) => offersOf(id)))).to.deep.equal(items.map(() => 1));
  });
});
