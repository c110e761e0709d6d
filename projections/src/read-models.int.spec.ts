import { randomUUID } from 'node:crypto';
import { streamOf } from '@ampora/catalogue';
import { expect } from 'chai';
import { type Bench, bodyFact, openBench } from './harness.spec.ts';
import { createQueries } from './queries.ts';

describe('read models on a log with one agent', () => {
  let bench: Bench;
  before(async function () {
    this.timeout(60_000);
    bench = await openBench();
  });
  after(() => bench.close());

  it('show it, its drift, its past and why', async () => {
    const agentId = randomUUID();
    const instanceUid = randomUUID();
    const configurationId = randomUUID();
    const stream = streamOf.agent(agentId);
    const assigned = bodyFact('receivers:\n  otlp:\n    protocols: {grpc: {endpoint: "0.0.0.0:4317"}}\n');
    const effective = bodyFact(
      'receivers:\n  otlp:\n    protocols:\n      grpc: {endpoint: "0.0.0.0:4317", transport: tcp}\nextensions: {opamp: {}}\n',
    );
    const other = bodyFact('receivers:\n  nop: {}\n');
    const configHash = 'a'.repeat(64);
    const health = {
      healthy: true,
      status: 'StatusOK',
      lastError: '',
      startTimeUnixNano: '1',
      statusTimeUnixNano: '2',
      components: [],
    };
    const enrolled = await bench.append([
      {
        stream,
        event: {
          type: 'AgentEnrolled',
          data: { agentId, instanceUid, enrolment: 'open', remoteAddress: '127.0.0.1' },
        },
      },
    ]);
    bench.projector().start();
    const inSync = await bench.append([
      assigned,
      effective,
      other,
      {
        stream,
        event: {
          type: 'AgentConnected',
          data: {
            connectionId: randomUUID(),
            transport: 'websocket',
            remoteAddress: '127.0.0.1',
            edgeInstance: 'e1',
          },
        },
      },
      { stream, event: { type: 'AgentCapabilitiesReported', data: { capabilities: String(0x1807) } } },
      {
        stream,
        event: {
          type: 'AgentDescriptionReported',
          data: {
            digest: 'd1',
            identifying: [
              { key: 'service.name', value: 'otelcol' },
              { key: 'service.version', value: '0.149.0' },
            ],
            nonIdentifying: [
              { key: 'host.name', value: 'edge-01\0' },
              { key: 'os.type', value: 'linux' },
            ],
          },
        },
      },
      { stream, event: { type: 'AgentHealthReported', data: { digest: 'h1', health, reports: 1 } } },
      {
        stream: streamOf.configuration(configurationId),
        event: { type: 'ConfigurationCreated', data: { configurationId, name: 'Gateway', description: '' } },
      },
      {
        stream: streamOf.fleetAssignment('default'),
        event: {
          type: 'FleetConfigurationAssigned',
          data: { configurationId, version: 1, contentHash: assigned.contentHash, configHash },
        },
      },
      {
        stream,
        event: {
          type: 'AgentEffectiveConfigReported',
          data: {
            digest: 'e1',
            files: [
              { name: '', contentType: 'text/yaml', contentHash: effective.contentHash, sizeBytes: 10 },
            ],
          },
        },
      },
      {
        stream,
        event: {
          type: 'AgentRemoteConfigStatusReported',
          data: { configHash, status: 'applied', errorMessage: '' },
        },
      },
    ]);
    const changed = await bench.append([
      {
        stream,
        event: {
          type: 'AgentEffectiveConfigReported',
          data: {
            digest: 'e2',
            files: [{ name: '', contentType: 'text/yaml', contentHash: other.contentHash, sizeBytes: 10 }],
          },
        },
      },
    ]);
    const queries = createQueries({ knex: bench.knex, eventLog: bench.eventLog });
    expect(await queries.waitFor(changed, 20_000)).to.equal(true);
    expect(await queries.notReady()).to.deep.equal([]);
    const now = await queries.resolveMoment();
    const page = await queries.listAgents({ limit: 10 }, now);
    expect(page.next).to.equal(null);
    expect(page.items).to.have.length(1);
    const [row] = page.items;
    expect(row).to.include({
      id: agentId,
      displayName: 'edge-01\uFFFD',
      agentType: 'otelcol',
      connected: true,
      healthy: true,
      driftState: 'changed',
      statePosition: String(changed),
      assignedHash: configHash,
    });
    expect(row?.assigned).to.deep.equal({ configurationId, name: 'Gateway', version: 1 });
    const agent = await queries.getAgent(agentId, now);
    expect(agent?.why['driftState']).to.equal(String(changed));
    expect(agent?.drift.differences.map(({ path }) => path)).to.deep.equal(['receivers.otlp']);
    expect(agent?.connection?.transport).to.equal('websocket');

    const before = await queries.resolveMoment(String(inSync));
    expect((await queries.listAgents({ limit: 10 }, before)).items[0]?.driftState).to.equal('in-sync');
    expect((await queries.getAgent(agentId, before))?.effectiveFiles[0]?.contentHash).to.equal(
      effective.contentHash,
    );
    const first = await queries.resolveMoment(String(enrolled));
    expect((await queries.getAgent(agentId, first))?.driftState).to.equal('unassigned');
    expect(await queries.getAgent(agentId, await queries.resolveMoment('0'))).to.equal(undefined);

    const timeline = await queries.listTimeline(agentId, { limit: 100 }, now);
    expect(timeline.items.map(({ type }) => type)).to.include.members([
      'AgentEnrolled',
      'FleetConfigurationAssigned',
      'AgentHealthReported',
    ]);
    expect(timeline.items[0]?.position).to.equal(String(changed));
    const life = await queries.agentLife(agentId, now);
    expect(life?.intervals.at(-1)?.driftState).to.equal('changed');
    const drift = await queries.listDrift({ limit: 10 }, now);
    expect(drift.items.map(({ agentId: id }) => id)).to.deep.equal([agentId]);
    expect((await queries.driftSummary(before)).counts['in-sync']).to.equal(1);
    const overview = await queries.overview(now);
    expect(overview).to.include({ agents: 1, connected: 1, healthy: 1, configurations: 1 });
    expect(overview.activity.reduce((sum, { good, bad, neutral }) => sum + good + bad + neutral, 0)).to.equal(
      10,
    );
    const past = await queries.overview(before);
    expect(past.activity.reduce((sum, { good, bad, neutral }) => sum + good + bad + neutral, 0)).to.equal(9);
    const facets = await queries.facets({ driftState: ['in-sync'] }, now);
    expect(facets.total).to.equal(0);
    expect(facets.facets['driftState']).to.deep.equal([{ value: 'changed', count: 1 }]);
    const assignments = await queries.listAssignments({ limit: 10 }, now);
    expect(assignments.items[0]).to.include({ displayName: 'All agents', configHash });
    expect((await queries.listConfigurations({ limit: 10, search: 'gate' }, now)).items[0]).to.include({
      agents: 1,
      assignedToFleet: true,
    });
  });
});
