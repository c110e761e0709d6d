import { createClient } from '@ampora/api-contract';
import { instanceUidToText } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { fullState, type Message, RawAgent } from '../conformance/raw-agent.ts';
import { type AmporaProcess, startAmpora } from '../system/ampora-process.ts';
import { runCli } from '../system/run-cli.ts';
import type { PublishedVersion } from '../system/ampora-client.ts';
import { waitUntil } from '../system/wait-until.ts';

const config = (seconds: number) => `receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:4317"}}}}
processors: {batch: {timeout: ${seconds}s}}
exporters: {debug: {}}
service: {pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [debug]}}}
`;

const describedAs = (ring: string): Message => ({
  agentDescription: {
    identifyingAttributes: [{ key: 'service.name', value: { stringValue: 'collector' } }],
    nonIdentifyingAttributes: [{ key: 'ring', value: { stringValue: ring } }],
  },
});

/** What the server offered last, as its hash. */
function offered(agent: RawAgent): string {
  const last = agent.received.findLast(({ remoteConfig }) => remoteConfig);
  return Buffer.from(last?.remoteConfig?.configHash ?? []).toString('hex');
}

/** An agent moves within this of what moves it; printed, and shown by one of a few that a busy machine did not keep waiting. */
const WITHIN_MS = 1_000;
const TRIES = 4;

describe('agents follow their labels', function () {
  this.timeout(180_000);
  let ampora: AmporaProcess;
  let call: ReturnType<typeof createClient>;
  let canary: PublishedVersion;
  let stable: PublishedVersion;
  const agents: RawAgent[] = [];

  const groupOf = async (name: string, selector: string, version: PublishedVersion): Promise<string> => {
    const { id } = await call('createGroup', { body: { name, mode: 'dynamic', selector } });
    const { configurationId } = version;
    await call('assign', { body: { configurationId, version: version.version, target: { groupId: id } } });
    return id;
  };
  const connect = async (ring: string): Promise<{ agent: RawAgent; id: string }> => {
    const agent = await RawAgent.connect(ampora.opampEndpoint('websocket'));
    agents.push(agent);
    agent.send(fullState('collector', describedAs(ring)));
    const id = await waitUntil(
      'the agent in the fleet',
      async () => (await ampora.client.agentByUid(instanceUidToText(agent.uid)))?.id,
    );
    return { agent, id };
  };
  /** An agent of the stable ring that was moved to the canaries, the first that was quick. */
  const moved = async (move: (connected: { agent: RawAgent; id: string }) => unknown) => {
    for (let left = TRIES; ; left--) {
      const connected = await connect('stable');
      const { agent } = connected;
      await waitUntil('the configuration of its group', () => offered(agent) === stable.configHash, {
        everyMs: 5,
      });
      const began = performance.now();
      await move(connected);
      await waitUntil('that of the next', () => offered(agent) === canary.configHash, { everyMs: 5 });
      const tookMs = performance.now() - began;
      if (tookMs < WITHIN_MS || left === 1) return { ...connected, tookMs };
    }
  };
  const applied = (agent: RawAgent): void => {
    const lastRemoteConfigHash = Buffer.from(offered(agent), 'hex');
    agent.send({ remoteConfigStatus: { lastRemoteConfigHash, status: 1 } });
  };

  before(async () => {
    ampora = await startAmpora();
    call = createClient({ baseUrl: ampora.url });
    canary = await ampora.client.publish('canary', config(1));
    stable = await ampora.client.publish('stable', config(2));
    await groupOf('canaries', 'ring = "canary"', canary);
    await groupOf('stables', 'ring = "stable"', stable);
  });
  after(async () => {
    for (const agent of agents) agent.ws.terminate();
    await ampora.dispose();
  });

  it('from what they report, and from what they report next, on the wire', async () => {
    const { tookMs } = await moved(({ agent }) => {
      agent.send(describedAs('canary'));
    });
    console.log(
      `      from a new description to the new configuration on the wire: ${Math.round(tookMs)} ms`,
    );
    expect(tookMs).to.be.lessThan(WITHIN_MS);
  });

  it('from a label that the server gives them, on the wire, with the label as the cause', async () => {
    const { tookMs, id } = await moved(({ id }) =>
      call('setAgentLabels', { params: { id }, body: { labels: { ring: 'canary' } } }),
    );
    console.log(
      `      from a label set over the API to the new configuration on the wire: ${Math.round(tookMs)} ms`,
    );
    expect(tookMs).to.be.lessThan(WITHIN_MS);
    const events = await ampora.client.allEvents();
    const label = events.findLast(({ type }) => type === 'AgentLabelsChanged');
    const joined = events.findLast(({ type }) => type === 'AgentJoinedGroup');
    expect(joined?.data).to.include({ agentId: id, reason: 'selector' });
    expect(joined?.causationId).to.equal(label?.id);
    const { summary } = await waitUntil('the explanation', async () => {
      const answer = await call('explainAgent', { params: { id } });
      return answer.summary.includes('canaries') && answer;
    });
    expect(summary).to.contain('is to run canary version 1, since it is in the group canaries');
  });

  it('are offered once more when somebody asks for it, once, also over a restart of the server', async () => {
    const { agent, id } = await connect('stable');
    await waitUntil('the configuration of its group', () => offered(agent) === stable.configHash);
    applied(agent);
    await waitUntil(
      'its answer',
      async () => (await ampora.client.agent(id)).remoteConfigStatus === 'applied',
    );
    const offersOf = async () =>
      (await ampora.client.agentEvents(id)).filter(({ type }) => type === 'AgentRemoteConfigOffered').length;
    const before = agent.received.filter(({ remoteConfig }) => remoteConfig).length;
    const push = () =>
      call('bulkAgents', { body: { action: 'force-push', selection: { agentIds: [id] }, confirm: '1' } });
    await push();
    await waitUntil(
      'the same configuration again',
      () => agent.received.filter(({ remoteConfig }) => remoteConfig).length === before + 1,
    );
    await waitUntil('its record', async () => (await offersOf()) === 2);
    agent.ws.terminate();
    await waitUntil('its end', async () => !(await ampora.client.agent(id)).connected);
    await push();
    await ampora.killHard();
    await ampora.startAgain();
    const again = await RawAgent.connect(ampora.opampEndpoint('websocket'), { uid: agent.uid });
    agents.push(again);
    const status = { lastRemoteConfigHash: Buffer.from(stable.configHash, 'hex'), status: 1 };
    again.send(fullState('collector', { ...describedAs('stable'), remoteConfigStatus: status }));
    await waitUntil('what it missed', () => offered(again) === stable.configHash);
    await waitUntil('its record', async () => (await offersOf()) === 3);
    again.send({ ...describedAs('stable'), remoteConfigStatus: status });
    await again.next();
    again.send();
    await waitUntil('answers', () => again.received.length >= 3);
    expect(await offersOf()).to.equal(3);
  });

  it('are planned for, previewed, acted upon and explained from the command line', async () => {
    const { id } = await connect('beta');
    const cli = (...args: string[]) => runCli([...args, '--url', ampora.url]);
    const head = async () => (await ampora.client.allEvents()).at(-1)?.position;
    await ampora.client.caughtUp();
    const before = await head();
    const plan = await cli('configs', 'assign', 'canary@1', id, '--dry-run');
    expect(plan.stdout).to.contain('nothing  → canary@1').and.to.contain('Nothing was done.');
    const preview = await cli(
      'groups',
      'preview',
      '--selector',
      'ring = "beta"',
      '--configuration',
      'stable@1',
    );
    expect(preview.stdout)
      .to.contain('1 match: 1 join, 0 stay, 0 leave.')
      .and.to.contain('nothing → stable@1');
    const unsure = await cli('agents', 'bulk', 'label', 'team=x', '--filter', 'label=ring:beta');
    expect(unsure.stderr).to.contain('confirm');
    expect(await head()).to.equal(before);
    const done = await cli(
      'agents',
      'bulk',
      'label',
      'team=x',
      '--filter',
      'label=ring:beta',
      '--confirm',
      '1',
    );
    expect(done.stderr).to.contain('Done to 1 of 1 agents');
    const explained = await cli('agents', 'explain', id);
    expect(explained.stdout).to.contain('nothing is assigned');
    const diff = await cli('configs', 'diff', 'canary@1', 'stable@1', '--impact');
    expect(diff.stderr).to.contain('Pipelines').and.to.contain('traces');
    const csv = await cli('agents', 'export', '--filter', 'label=team:x');
    expect(csv.stdout.trimEnd().split('\r\n')).to.have.length(2);
  });

  it('are let go when they are drained', async () => {
    const { agent, id } = await connect('stable');
    await call('bulkAgents', { body: { action: 'drain', selection: { agentIds: [id] }, confirm: '1' } });
    await waitUntil('the close', () => agent.closed);
    expect(agent.closed).to.deep.equal({ code: 1012, reason: 'Drained: connect again' });
  });
});
