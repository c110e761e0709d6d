import type { Position } from '@ampora/kernel';
import { AgentToServerFlag, hasFlag, newInstanceUid, ServerToAgentFlag } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { type EdgeUnderTest, startEdge } from './edge-under-test.ts';
import { fullState, RawAgent, text, usual, waitFor } from './raw-agent.ts';

const asksFullState = (flags: bigint) => hasFlag(flags, ServerToAgentFlag.ReportFullState);

describe('OpAMP conformance: status, sequence, full state (S), identity (N)', () => {
  let under: EdgeUnderTest;
  before(async () => {
    under = await startEdge();
  });
  after(() => under.stop());

  /** Types of what was stored, but for agents that left before: their end is told a moment later. */
  const storedSince = async (head: Position): Promise<string[]> => {
    const types: string[] = [];
    for await (const page of under.log.readAll({ from: head })) types.push(...page.map(({ type }) => type));
    return types.filter((type) => type !== 'AgentDisconnected');
  };

  it('S1, S2, S20: answers a report with its uid, without error, with its own capabilities first', async () => {
    const agent = await RawAgent.connect(under.url);
    const answer = await agent.ask(fullState());
    expect(answer.errorResponse).to.equal(undefined);
    expect(Buffer.from(answer.instanceUid)).to.deep.equal(Buffer.from(agent.uid));
    expect(answer.capabilities & 1n).to.equal(1n);
    expect(answer.capabilities & ~0x7fn).to.equal(0n);
    await agent.leave();
  });

  it('S8: an unknown agent with a complete first report is not asked again; its facts are in the log before the answer', async () => {
    const agent = await RawAgent.connect(under.url);
    const answer = await agent.ask(fullState());
    expect(asksFullState(answer.flags)).to.equal(false);
    expect(await under.typesOf(agent.uid)).to.deep.equal([
      'AgentEnrolled',
      'AgentConnected',
      'AgentCapabilitiesReported',
      'AgentDescriptionReported',
      'AgentEffectiveConfigReported',
      'AgentHealthReported',
    ]);
    await agent.leave();
  });

  it('S17: a hundred heartbeats are answered and leave no events', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const head = await under.log.head();
    for (let count = 0; count < 100; count++) agent.send();
    for (let count = 0; count < 100; count++) expect((await agent.next()).errorResponse).to.equal(undefined);
    expect(await storedSince(head)).to.deep.equal([]);
    await agent.leave();
  });

  it('S3: parts left out keep their values', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await agent.ask();
    const before = await under.typesOf(agent.uid);
    await agent.ask(fullState());
    expect(await under.typesOf(agent.uid)).to.deep.equal(before);
    await agent.leave();
  });

  it('S4, S5: a part replaces the stored one, an empty one clears it', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await agent.ask({ agentDescription: { identifyingAttributes: [{ key: 'b', value: { intValue: 7n } }] } });
    await agent.ask({ agentDescription: {} });
    const described = (await under.eventsOf(agent.uid)).filter(
      ({ type }) => type === 'AgentDescriptionReported',
    );
    expect(described.map(({ data }) => (data as { identifying: unknown }).identifying)).to.deep.equal([
      [{ key: 'service.name', value: 'collector' }],
      [{ key: 'b', value: 7 }],
      [],
    ]);
    await agent.leave();
  });

  it('S6: a gap in the sequence is answered with ReportFullState', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const answer = await agent.ask({ sequenceNum: 7n });
    expect(asksFullState(answer.flags)).to.equal(true);
    await agent.leave();
  });

  it('S6: the same number with other content is a gap; with the same content it is a repeat (W18)', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    expect(asksFullState((await agent.ask(fullState('collector', { sequenceNum: 0n }))).flags)).to.equal(
      false,
    );
    expect(asksFullState((await agent.ask(fullState('another', { sequenceNum: 0n }))).flags)).to.equal(true);
    await agent.leave();
  });

  it('S7: an unknown agent with a compressed message is asked for full state; S12: its answer ends the asking', async () => {
    const agent = await RawAgent.connect(under.url);
    expect(asksFullState((await agent.ask({ sequenceNum: 37n })).flags)).to.equal(true);
    expect(asksFullState((await agent.ask(fullState())).flags)).to.equal(false);
    expect(asksFullState((await agent.ask()).flags)).to.equal(false);
    expect(await under.typesOf(agent.uid)).to.include('AgentDescriptionReported');
    await agent.leave();
  });

  it('S9: a known agent that begins anew at 0 with full state is not asked', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await agent.ask();
    await agent.leave();
    const again = await RawAgent.connect(under.url, { uid: agent.uid });
    expect(asksFullState((await again.ask(fullState())).flags)).to.equal(false);
    await again.leave();
  });

  it('S10: a reconnect that continues the sequence, compressed, is not asked', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await agent.leave();
    const again = await RawAgent.connect(under.url, { uid: agent.uid });
    again.sequence = agent.sequence;
    expect(asksFullState((await again.ask()).flags)).to.equal(false);
    await again.leave();
  });

  it('S11, X19: random numbers and missing state cannot make it ask more than a few times', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    let asked = 0;
    for (let count = 0; count < 60; count++) {
      const answer = await agent.ask({ sequenceNum: BigInt(1000 + count * 7) });
      if (asksFullState(answer.flags)) asked++;
    }
    expect(asked).to.be.within(1, 5);
    await agent.leave();
  });

  it('S14: numbers at the end of uint64 and their wrap follow each other', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await agent.ask({ sequenceNum: 2n ** 64n - 1n });
    const answer = await agent.ask({ sequenceNum: 0n });
    expect(asksFullState(answer.flags)).to.equal(false);
    await agent.leave();
  });

  it('S16: capabilities of zero say nothing and break nothing', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    agent.capabilities = 0n;
    const answer = await agent.ask();
    expect(answer.errorResponse).to.equal(undefined);
    const reported = (await under.typesOf(agent.uid)).filter((type) => type === 'AgentCapabilitiesReported');
    expect(reported).to.have.length(1);
    await agent.leave();
  });

  it('S18, S19: a goodbye ends the association, a later message opens it again', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await agent.ask({ agentDisconnect: {} });
    await under.untilEvent(agent.uid, 'AgentDisconnected');
    await agent.ask();
    await under.untilEvent(agent.uid, 'AgentConnected', 2);
    agent.send({ agentDisconnect: {} });
    agent.ws.terminate();
    await under.untilEvent(agent.uid, 'AgentDisconnected', 2);
  });

  it('N1, N2, N3: a uid that is not 16 bytes, or all zeros or ones, is a bad request and stores nothing', async () => {
    const agent = await RawAgent.connect(under.url);
    const head = await under.log.head();
    const uids = [0, 1, 15, 17, 26, 36, 100_000].map((length) => new Uint8Array(length).fill(65));
    for (const instanceUid of [...uids, new Uint8Array(16), new Uint8Array(16).fill(255)]) {
      const answer = await agent.ask({ ...fullState(), instanceUid });
      expect(answer.errorResponse?.type).to.equal(1);
    }
    expect(await storedSince(head)).to.deep.equal([]);
    expect((await agent.ask(fullState('good'))).errorResponse).to.equal(undefined);
    await agent.leave();
  });

  it('N4, N5, N6, N12: a requested uid is given once, and the agent goes on under it', async () => {
    const agent = await RawAgent.connect(under.url);
    const first = await agent.ask(fullState('t', { flags: AgentToServerFlag.RequestInstanceUid }));
    const given = first.agentIdentification?.newInstanceUid as Uint8Array;
    expect(given).to.have.length(16);
    expect(Buffer.from(first.instanceUid)).to.deep.equal(Buffer.from(agent.uid));
    const second = await agent.ask({ flags: AgentToServerFlag.RequestInstanceUid });
    expect(Buffer.from(second.agentIdentification?.newInstanceUid ?? [])).to.deep.equal(Buffer.from(given));
    const under3 = await agent.ask({ instanceUid: given });
    expect(Buffer.from(under3.instanceUid)).to.deep.equal(Buffer.from(given));
    expect(asksFullState(under3.flags)).to.equal(false);
    expect(await under.typesOf(given)).to.deep.equal(['AgentAliased']);
    expect(
      (await under.typesOf(agent.uid)).filter((type) => type === 'AgentInstanceUidReassigned'),
    ).to.have.length(1);
    await agent.leave();
  });

  it('N7: of two that really alternate under one uid, one is given another', async () => {
    const one = await RawAgent.connect(under.url);
    await one.ask(fullState());
    const two = await RawAgent.connect(under.url, { uid: one.uid });
    for (let count = 0; count < 3; count++) {
      await two.ask(count === 0 ? fullState('two') : {});
      await one.ask();
    }
    const given = (agent: RawAgent) => agent.received.filter((message) => message.agentIdentification).length;
    await waitFor(() => given(two) > 0, 'another uid for one of them');
    // What an answer to them would bring after that is there with it.
    await one.ask();
    expect([given(one), given(two)]).to.deep.equal([0, 1]);
    await Promise.all([one.leave(), two.leave()]);
  });

  it('N8, N9, W21: a reconnect beside a half-open socket keeps its uid, the old socket is closed, the agent stays connected', async () => {
    const old = await RawAgent.connect(under.url);
    await old.ask(fullState());
    const fresh = await RawAgent.connect(under.url, { uid: old.uid });
    fresh.sequence = old.sequence;
    const answer = await fresh.ask();
    expect(answer.agentIdentification).to.equal(undefined);
    await old.untilClosed();
    await under.untilEvent(old.uid, 'AgentConnected', 2);
    expect((await fresh.ask()).agentIdentification).to.equal(undefined);
    expect(await under.typesOf(old.uid)).to.not.include('AgentDisconnected');
    await fresh.leave();
  });

  it('X26: an old message played back is answered with a question for the present state', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await agent.ask(fullState('renamed'));
    await agent.ask();
    expect(asksFullState((await agent.ask(fullState('collector', { sequenceNum: 1n }))).flags)).to.equal(
      true,
    );
    await agent.leave();
  });

  it('W20: two agents on one socket keep apart', async () => {
    const agent = await RawAgent.connect(under.url, { capabilities: usual });
    const other = newInstanceUid();
    await agent.ask(fullState('one'));
    agent.ws.send(agent.encode({ ...fullState('two'), instanceUid: other }));
    const answer = await agent.next();
    expect(Buffer.from(answer.instanceUid)).to.deep.equal(Buffer.from(other));
    agent.ws.send(agent.encode({ instanceUid: other, sequenceNum: 1n }));
    agent.send({
      effectiveConfig: { configMap: { configMap: { a: { body: text('x'), contentType: '' } } } },
    });
    const answers = [await agent.next(), await agent.next()];
    expect(answers.every(({ errorResponse }) => !errorResponse)).to.equal(true);
    expect(
      (await under.typesOf(other)).filter((type) => type === 'AgentEffectiveConfigReported'),
    ).to.have.length(1);
    expect(
      (await under.typesOf(agent.uid)).filter((type) => type === 'AgentEffectiveConfigReported'),
    ).to.have.length(2);
    await agent.leave();
    await under.untilEvent(other, 'AgentDisconnected');
    await under.untilEvent(agent.uid, 'AgentDisconnected');
  });

  it('S13: after its own end without a word it asks where it cannot know, and keeps what it stored', async () => {
    const first = await startEdge();
    const agent = await RawAgent.connect(first.url);
    await agent.ask(fullState());
    const second = await first.restart('abrupt');
    const back = await RawAgent.connect(second.url, { uid: agent.uid });
    back.sequence = agent.sequence;
    expect(asksFullState((await back.ask()).flags)).to.equal(true);
    await back.ask(fullState());
    expect(
      (await second.typesOf(agent.uid)).filter((type) => type === 'AgentDescriptionReported'),
    ).to.have.length(1);
    await Promise.all([agent.leave(), back.leave()]);
    await first.edge.stop();
    await second.stop();
  });
});
