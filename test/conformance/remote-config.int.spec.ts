import { agentIdOf } from '@ampora/application';
import { streamOf } from '@ampora/catalogue';
import {
  AgentCapability,
  instanceUidToText,
  newInstanceUid,
  RemoteConfigStatuses,
} from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { type EdgeUnderTest, startEdge } from './edge-under-test.ts';
import { fullState, RawAgent, RawPoller, usual } from './raw-agent.ts';

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const status = (hash: string, value: keyof typeof RemoteConfigStatuses, errorMessage = '') => ({
  remoteConfigStatus: {
    lastRemoteConfigHash: Buffer.from(hash, 'hex'),
    status: RemoteConfigStatuses[value],
    errorMessage,
  },
});
const yaml = (name: string) => `receivers:\n  ${name}: {}\n`;
const old = '11'.repeat(32);

describe('OpAMP conformance: remote config (R)', () => {
  let under: EdgeUnderTest;
  before(async () => {
    under = await startEdge();
  });
  after(() => under.stop());

  const offers = (agent: RawAgent) => agent.received.filter((message) => message.remoteConfig);
  /** The edge has seen every assignment, and had a message to answer after that. */
  const settled = async (agent: RawAgent) => {
    await under.caughtUp();
    await agent.ask();
  };

  it('R1: nothing goes to an agent that accepts no remote config', async () => {
    const agent = await RawAgent.connect(under.url, {
      capabilities: usual & ~AgentCapability.AcceptsRemoteConfig,
    });
    await agent.ask(fullState());
    await under.assign(agent.uid, yaml('r1'));
    await settled(agent);
    expect(offers(agent)).to.have.length(0);
    await agent.leave();
  });

  it('R2, R8: a push reaches a connected agent unasked, with a hash, and is recorded', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const hash = await under.assign(agent.uid, yaml('r8'));
    const pushed = await agent.next();
    expect(hex(pushed.remoteConfig?.configHash)).to.equal(hash);
    expect(hex(pushed.instanceUid)).to.equal(hex(agent.uid));
    const [file] = Object.entries(pushed.remoteConfig?.config?.configMap ?? {});
    expect(file?.[0]).to.equal('');
    expect(Buffer.from(file?.[1].body ?? []).toString()).to.equal(yaml('r8'));
    await under.untilEvent(agent.uid, 'AgentRemoteConfigOffered');
    await agent.leave();
  });

  it('R2: an assignment, its offer and what the agent says to it are one chain of causes, also over a new connection', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const hash = await under.assign(agent.uid, yaml('chain'));
    await agent.next();
    await agent.ask(status(hash, 'APPLYING'));
    await agent.leave();
    const again = await RawAgent.connect(under.url, { uid: agent.uid });
    await again.ask(status(hash, 'APPLIED'));
    await under.untilEvent(agent.uid, 'AgentRemoteConfigStatusReported', 2);
    const agentId = agentIdOf('default', instanceUidToText(agent.uid));
    const [own, [assignment]] = await Promise.all([
      under.log.readStream(streamOf.agent(agentId)),
      under.log.readStream(streamOf.assignment(agentId)),
    ]);
    const offer = own.find(({ type }) => type === 'AgentRemoteConfigOffered');
    expect(offer?.metadata.causationId).to.equal(assignment?.id);
    expect(offer?.metadata.correlationId).to.equal(assignment?.metadata.correlationId);
    const said = own.filter(({ type }) => type === 'AgentRemoteConfigStatusReported');
    expect(said.map(({ metadata }) => metadata.causationId)).to.deep.equal([offer?.id, offer?.id]);
    expect(said[0]?.metadata.correlationId).not.to.equal(offer?.metadata.correlationId);
    await again.leave();
  });

  it('R4: an older or empty reported hash is answered with the wanted config', async () => {
    for (const reported of [old, '']) {
      const uid = newInstanceUid();
      const hash = await under.assign(uid, yaml(`r4${reported}`));
      const agent = await RawAgent.connect(under.url, { uid });
      const answer = await agent.ask(fullState('r4', reported === '' ? {} : status(reported, 'APPLIED')));
      expect(hex(answer.remoteConfig?.configHash)).to.equal(hash);
      await agent.leave();
    }
  });

  it('R5, R10, R11: an agent that reports the wanted hash, whatever became of it, is not sent it', async () => {
    for (const state of ['APPLIED', 'APPLYING', 'FAILED'] as const) {
      const uid = newInstanceUid();
      const hash = await under.assign(uid, yaml(`r5${state}`));
      const agent = await RawAgent.connect(under.url, { uid });
      await agent.ask(fullState('r5', status(hash, state)));
      for (let count = 0; count < 10; count++) await agent.ask();
      expect(offers(agent)).to.have.length(0);
      await agent.leave();
    }
  });

  it('R6: nothing is wanted, so nothing is sent', async () => {
    const agent = await RawAgent.connect(under.url);
    expect((await agent.ask(fullState())).remoteConfig).to.equal(undefined);
    await agent.leave();
  });

  it('R7: an empty configuration is never sent, even when it is assigned', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await under.assign(agent.uid, '---\n# nothing\n');
    await settled(agent);
    expect(offers(agent)).to.have.length(0);
    await agent.leave();
  });

  it('R9: after five changes while it was away, only the newest is sent, once', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await agent.leave();
    let hash = '';
    for (let count = 0; count < 5; count++) hash = await under.assign(agent.uid, yaml(`r9x${count}`));
    await under.caughtUp();
    const back = await RawAgent.connect(under.url, { uid: agent.uid });
    back.sequence = agent.sequence;
    back.send();
    while (offers(back).length === 0) await back.next();
    await settled(back);
    expect(offers(back).map(({ remoteConfig }) => hex(remoteConfig?.configHash))).to.deep.equal([hash]);
    await back.leave();
  });

  it('R10: FAILED is final until the wanted config changes', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const first = await under.assign(agent.uid, yaml('bad'));
    await agent.next();
    await agent.ask(status(first, 'FAILED', 'no'));
    for (let count = 0; count < 10; count++) await agent.ask();
    expect(offers(agent)).to.have.length(1);
    await under.assign(agent.uid, yaml('good'));
    await agent.next();
    expect(offers(agent)).to.have.length(2);
    await agent.leave();
  });

  it('R12: an agent that went back to an older config by itself is not pushed again, on this connection or the next', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState('r12', status(old, 'APPLIED')));
    const bad = await under.assign(agent.uid, yaml('r12'));
    await agent.next();
    await agent.ask(status(bad, 'APPLYING'));
    await agent.ask(status(old, 'APPLIED'));
    for (let count = 0; count < 5; count++) await agent.ask(status(old, 'APPLIED'));
    expect(offers(agent)).to.have.length(1);
    await agent.leave();
    const back = await RawAgent.connect(under.url, { uid: agent.uid });
    await back.ask(fullState('r12', status(old, 'APPLIED')));
    await settled(back);
    expect(offers(back)).to.have.length(0);
    await back.leave();
  });

  it('R13: an agent that reports no status gets a config at most once a connection', async () => {
    const capabilities = usual & ~AgentCapability.ReportsRemoteConfig;
    const agent = await RawAgent.connect(under.url, { capabilities });
    await agent.ask(fullState());
    await under.assign(agent.uid, yaml('r13'));
    await agent.next();
    for (let count = 0; count < 5; count++) await agent.ask();
    expect(offers(agent)).to.have.length(1);
    await agent.leave();
    const back = await RawAgent.connect(under.url, { uid: agent.uid, capabilities });
    await back.ask(fullState());
    await settled(back);
    expect(offers(back)).to.have.length(1);
    await back.leave();
  });

  it('R14: effective configs of any names, types and bytes are kept as they are', async () => {
    const agent = await RawAgent.connect(under.url);
    const body = new Uint8Array([0xff, 0x00, 0xfe, 0x80]);
    const configMap = {
      '': { body, contentType: 'application/x-what' },
      '<b>': { body: new Uint8Array(0), contentType: '' },
    };
    const answer = await agent.ask(fullState('r14', { effectiveConfig: { configMap: { configMap } } }));
    expect(answer.errorResponse).to.equal(undefined);
    const [event] = (await under.eventsOf(agent.uid)).filter(
      ({ type }) => type === 'AgentEffectiveConfigReported',
    );
    const { files } = event?.data as { files: { name: string; contentHash: string; sizeBytes: number }[] };
    expect(files.map(({ name, sizeBytes }) => [name, sizeBytes])).to.deep.equal([
      ['', 4],
      ['<b>', 0],
    ]);
    const stored = await under.log.readStream(`content-${files[0]?.contentHash}`);
    expect(stored).to.have.length(1);
    await agent.leave();
  });

  it('R16: a verdict may come late: APPLYING, and long after it APPLIED, are both recorded and cause no push', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const hash = await under.assign(agent.uid, yaml('r16'));
    await agent.next();
    await agent.ask(status(hash, 'APPLYING'));
    for (let count = 0; count < 3; count++) await agent.ask();
    await agent.ask(status(hash, 'APPLIED'));
    expect(offers(agent)).to.have.length(1);
    const statuses = (await under.eventsOf(agent.uid)).filter(
      ({ type }) => type === 'AgentRemoteConfigStatusReported',
    );
    expect(statuses.map(({ data }) => (data as { status: string }).status)).to.deep.equal([
      'applying',
      'applied',
    ]);
    await agent.leave();
  });

  it('S15: capabilities that drop the bit take effect with the very next message', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    agent.capabilities = usual & ~AgentCapability.AcceptsRemoteConfig;
    await agent.ask();
    await under.assign(agent.uid, yaml('s15'));
    await settled(agent);
    expect(offers(agent)).to.have.length(0);
    agent.capabilities = usual;
    expect((await agent.ask()).remoteConfig).to.not.equal(undefined);
    await agent.leave();
  });

  it('R8, H11: over HTTP it is in the answer to the next poll', async () => {
    const poller = new RawPoller(under.port);
    await poller.post(fullState());
    const hash = await under.assign(poller.uid, yaml('h11'));
    await under.caughtUp();
    const answer = await poller.post();
    expect(hex(answer.message?.remoteConfig?.configHash)).to.equal(hash);
    expect((await poller.post()).message?.remoteConfig).to.equal(undefined);
  });

  it('goes to the whole fleet but those with an assignment of their own', async () => {
    const own = await startEdge();
    const agents = await Promise.all(Array.from({ length: 20 }, () => RawAgent.connect(own.url)));
    for (const agent of agents) await agent.ask(fullState());
    const first = agents[0] as RawAgent;
    const special = await own.assign(first.uid, yaml('special'));
    await first.next();
    const hash = await own.assignFleet(yaml('fleet'));
    for (const agent of agents.slice(1))
      expect(hex((await agent.next()).remoteConfig?.configHash)).to.equal(hash);
    await settled(first);
    expect(offers(first).map(({ remoteConfig }) => hex(remoteConfig?.configHash))).to.deep.equal([special]);
    await Promise.all(agents.map((agent) => agent.leave()));
    await own.stop();
  });

  it('after an end without a word nothing is pushed twice: the agent is asked first', async () => {
    const first = await startEdge();
    const agent = await RawAgent.connect(first.url);
    await agent.ask(fullState());
    const hash = await first.assign(agent.uid, yaml('kill'));
    await agent.next();
    // APPLIED was on its way when the edge died: only the agent knows.
    const second = await first.restart('abrupt');
    const back = await RawAgent.connect(second.url, { uid: agent.uid });
    back.sequence = agent.sequence + 1n;
    const asked = await back.ask();
    expect(asked.remoteConfig).to.equal(undefined);
    expect(asked.flags & 1n).to.equal(1n);
    const answer = await back.ask(fullState('back', status(hash, 'APPLIED')));
    expect(answer.remoteConfig).to.equal(undefined);
    await settled(back);
    expect(offers(back)).to.have.length(0);
    await Promise.all([agent.leave(), back.leave()]);
    await first.edge.stop();
    await second.stop();
  });

  it('an agent that does not tell after such an end is pushed after all', async () => {
    const first = await startEdge({ statusTimeoutMs: 300 });
    const agent = await RawAgent.connect(first.url);
    await agent.ask(fullState());
    const second = await first.restart('abrupt');
    const hash = await second.assign(agent.uid, yaml('silent'));
    const back = await RawAgent.connect(second.url, { uid: agent.uid });
    back.sequence = agent.sequence;
    await back.ask();
    expect(hex((await back.next()).remoteConfig?.configHash)).to.equal(hash);
    await Promise.all([agent.leave(), back.leave()]);
    await first.edge.stop();
    await second.stop();
  });
});
