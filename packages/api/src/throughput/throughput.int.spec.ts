import { ApiProblem } from '@ampora/api-contract';
import { type AmporaEvent, streamOf } from '@ampora/catalogue';
import { readMetrics, writeMetrics } from '@ampora/own-metrics';
import { expect } from 'chai';
import { type RunningApi, startApi } from '../running-api.spec.ts';

const agentAt = (index: number) => `0195d0a0-0000-7000-8000-${String(index).padStart(12, '0')}`;
const connectionId = '0195d0a0-0000-7000-8000-0000000000cc';
const hash = 'aa'.repeat(32);

function facts(agentId: string, configurationId: string): AmporaEvent[] {
  const offered = { configHash: hash, configurationId, version: 1, connectionId };
  return [
    { type: 'AgentEnrolled', data: { agentId, instanceUid: agentId, enrolment: 'open', remoteAddress: '' } },
    {
      type: 'AgentConnected',
      data: { connectionId, transport: 'websocket', remoteAddress: '', edgeInstance: 'e' },
    },
    { type: 'AgentCapabilitiesReported', data: { capabilities: '7' } },
    { type: 'AgentRemoteConfigOffered', data: offered },
    {
      type: 'AgentRemoteConfigStatusReported',
      data: { configHash: hash, status: 'applied', errorMessage: '' },
    },
  ];
}

describe('what flows through agents', () => {
  let api: RunningApi;
  let configurationId: string;
  const agents = [agentAt(1), agentAt(2), agentAt(3)];

  const says = (agentId: string, perSecond: number) => {
    const fromMs = Date.now() - 20_000;
    for (const seconds of [0, 10]) {
      const timeMs = fromMs + seconds * 1_000;
      const counters = [
        {
          name: 'otelcol_receiver_accepted_spans',
          attributes: { receiver: 'otlp' },
          value: seconds * perSecond,
        },
      ];
      const body = writeMetrics({ instanceId: agentId, startMs: 1, timeMs, counters });
      for (const { points } of readMetrics(body, 'protobuf'))
        api.throughput.record(agentId, points, Date.now());
    }
  };

  before(async function () {
    this.timeout(60_000);
    api = await startApi();
    const made = await api.call('createConfiguration', {
      body: {
        name: 'gateway',
        body: 'receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:4317"}}}}\nexporters: {otlp: {endpoint: "a:4317"}}\nservice: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}\n',
      },
    });
    configurationId = made.id;
    await api.call('publishVersion', { params: { id: configurationId, version: 1 }, body: {}, ifMatch: 1 });
    for (const agentId of agents) await api.given(streamOf.agent(agentId), facts(agentId, configurationId));
    const { position } = await api.call('assign', {
      body: { configurationId, version: 1, target: { all: true } },
    });
    await api.call('listAgents', { query: { after: position } });
  });
  after(() => api.stop());

  const ofAgent = (id: string, query: { at?: string } = {}) =>
    api.call('getAgentThroughput', { params: { id }, query });
  const ofVersion = (query: { at?: string } = {}) =>
    api.call('getConfigurationThroughput', { params: { id: configurationId, version: 1 }, query });

  it('is not known before they have said anything', async () => {
    expect(await ofAgent(agentAt(1))).to.deep.equal({
      available: false,
      reason: 'not-reported',
      at: null,
      windowSeconds: 60,
      components: [],
      process: null,
    });
  });

  it('is told of one agent as it is', async () => {
    says(agentAt(1), 20);
    const told = await ofAgent(agentAt(1));
    expect(told).to.include({ available: true, reason: null, windowSeconds: 60 });
    expect(Date.parse(told.at ?? '')).to.be.closeTo(Date.now(), 5_000);
    expect(told.components[0]?.itemsPerSecond).to.be.closeTo(20, 1e-6);
    expect(told.components[0]).to.include({ section: 'receivers', id: 'otlp', signal: 'traces' });
  });

  it('is added up over those that run a version, at most 30 seconds old', async () => {
    says(agentAt(2), 5);
    const told = await ofVersion();
    expect(told).to.include({ available: true, agents: 3, reporting: 2 });
    expect(told.components[0]?.itemsPerSecond).to.be.closeTo(25, 1e-6);
    says(agentAt(3), 5);
    expect(await ofVersion()).to.deep.equal(told);
  });

  it('is part of what a change would touch', async () => {
    const plan = await api.call('planChange', {
      body: { change: { kind: 'unassign', target: { all: true } } },
    });
    expect(plan.throughput?.reporting).to.equal(3);
    expect(plan.throughput?.signals[0]?.itemsPerSecond).to.be.closeTo(30, 1e-6);
  });

  it('is not kept: of a moment of the past it is said so', async () => {
    const at = String(await api.log.head());
    expect(await ofAgent(agentAt(1), { at })).to.include({ available: false, reason: 'not-kept' });
    expect(await ofVersion({ at })).to.include({ available: false, reason: 'not-kept' });
  });

  it('is of agents and versions that there are', async () => {
    const codeOf = (asked: Promise<unknown>) =>
      asked.then(
        () => 'answered',
        (error: unknown) => (error instanceof ApiProblem ? error.problem.code : String(error)),
      );
    expect(await codeOf(ofAgent(agentAt(99)))).to.equal('agent/not-found');
    const params = { id: configurationId, version: 9 };
    expect(await codeOf(api.call('getConfigurationThroughput', { params }))).to.equal(
      'configuration/version-not-found',
    );
  });
});
