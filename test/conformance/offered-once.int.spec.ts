import { EventLogUnavailable, type EventLog } from '@ampora/application/ports';
import { createPostgresEventLog, migratePostgresEventLog } from '@ampora/event-store';
import { hasFlag, RemoteConfigStatuses, type ServerToAgent, ServerToAgentFlag } from '@ampora/opamp-protocol';
import { throwAwayPostgres } from '@ampora/testkit/postgres';
import { expect } from 'chai';
import { begin, type EdgeUnderTest } from './edge-under-test.ts';
import { fullState, postRaw, RawAgent, RawPoller, waitFor } from './raw-agent.ts';

const status = (hash: string, value: keyof typeof RemoteConfigStatuses) => ({
  remoteConfigStatus: {
    lastRemoteConfigHash: Buffer.from(hash, 'hex'),
    status: RemoteConfigStatuses[value],
  },
});
const yaml = (name: string) => `receivers:\n  ${name}: {}\n`;
const wobble = (error: string) => ({ health: { healthy: false, lastError: error } });
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const asksForAll = (answer: ServerToAgent) => hasFlag(answer.flags, ServerToAgentFlag.ReportFullState);

/** A log whose appends fail or are late when the spec says so. */
async function faultyEdge() {
  const fault = { isDown: false, delayMs: 0 };
  const database = await (await throwAwayPostgres()).createDatabase();
  await migratePostgresEventLog(database);
  const real = createPostgresEventLog(database);
  const log: EventLog = {
    ...real,
    append: async (batch) => {
      if (fault.isDown) throw new EventLogUnavailable('down');
      if (fault.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      return real.append(batch);
    },
    readStreams: (ids) =>
      fault.isDown ? Promise.reject(new EventLogUnavailable('down')) : real.readStreams(ids),
  };
  const under = await begin(log, { statusTimeoutMs: 400, repeatOfferMs: 150 }, async () => {
    await real.close();
    await database.drop();
  });
  return { fault, under };
}

describe('OpAMP conformance: no configuration is offered twice to an agent that may have got it', () => {
  let under: EdgeUnderTest;
  let fault: { isDown: boolean; delayMs: number };
  before(async () => {
    ({ under, fault } = await faultyEdge());
  });
  after(() => under.stop());

  const offered = (agent: RawAgent) =>
    agent.received
      .filter(({ remoteConfig }) => remoteConfig)
      .map(({ remoteConfig }) => hex(remoteConfig?.configHash));
  const settled = async (agent: RawAgent) => {
    await under.caughtUp();
    await agent.ask();
  };
  /** An agent that was sent a configuration and lost its connection before it could say so. */
  const cutAfterOffer = async (name: string) => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const hash = await under.assign(agent.uid, yaml(name));
    await agent.next();
    await under.untilEvent(agent.uid, 'AgentRemoteConfigOffered');
    await agent.leave();
    const back = await RawAgent.connect(under.url, { uid: agent.uid });
    back.sequence = agent.sequence;
    return { back, hash };
  };

  it('asks who comes back with the next number before it says again what it said on the last connection', async () => {
    const { back, hash } = await cutAfterOffer('next');
    const answer = await back.ask();
    expect(asksForAll(answer)).to.equal(true);
    expect((await back.ask(fullState('next', status(hash, 'APPLYING')))).errorResponse).to.equal(undefined);
    await settled(back);
    expect(offered(back)).to.deep.equal([]);
    await back.leave();
  });

  it('asks who comes back with a number missing: that was the report of it', async () => {
    const { back, hash } = await cutAfterOffer('gap');
    back.sequence++;
    expect(asksForAll(await back.ask())).to.equal(true);
    await back.ask(fullState('gap', status(hash, 'APPLIED')));
    await settled(back);
    expect(offered(back)).to.deep.equal([]);
    await back.leave();
  });

  it('R4, R8: offers it again to who answers that it has none', async () => {
    const { back, hash } = await cutAfterOffer('none');
    await back.ask();
    const answer = await back.ask(fullState('none'));
    expect(hex(answer.remoteConfig?.configHash)).to.equal(hash);
    await back.leave();
  });

  it('R8: offers it again to who does not answer within the bound', async () => {
    const { back, hash } = await cutAfterOffer('mute');
    expect((await back.ask()).remoteConfig).to.equal(undefined);
    expect(hex((await back.next()).remoteConfig?.configHash)).to.equal(hash);
    await back.leave();
  });

  it('R9: offers at once what it has not offered yet', async () => {
    const { back } = await cutAfterOffer('older');
    const newer = await under.assign(back.uid, yaml('newer'));
    await under.caughtUp();
    const answer = await back.ask();
    expect(hex(answer.remoteConfig?.configHash)).to.equal(newer);
    await back.leave();
  });

  it('takes what was already on its way for no answer to the question', async () => {
    const { back, hash } = await cutAfterOffer('crossing');
    for (const error of ['one', 'two', 'three']) back.send(wobble(error));
    for (let count = 0; count < 3; count++) await back.next();
    expect(offered(back)).to.deep.equal([]);
    await back.ask(fullState('crossing', status(hash, 'APPLIED')));
    await settled(back);
    expect(offered(back)).to.deep.equal([]);
    await back.leave();
  });

  it('asks again on the next connection when the question was lost with this one', async () => {
    const { back, hash } = await cutAfterOffer('lost');
    expect(asksForAll(await back.ask())).to.equal(true);
    await back.leave();
    const again = await RawAgent.connect(under.url, { uid: back.uid });
    again.sequence = back.sequence;
    expect(asksForAll(await again.ask())).to.equal(true);
    await again.ask(fullState('lost', status(hash, 'APPLIED')));
    await settled(again);
    expect([...offered(back), ...offered(again)]).to.deep.equal([]);
    await again.leave();
  });

  it('gives the time to answer from when the question is sent, however long the log took', async () => {
    const { back, hash } = await cutAfterOffer('slow');
    fault.delayMs = 900;
    back.send(wobble('slow log'));
    const answer = await back.next();
    fault.delayMs = 0;
    expect(asksForAll(answer)).to.equal(true);
    await back.ask(fullState('slow', status(hash, 'APPLIED')));
    await settled(back);
    expect(offered(back)).to.deep.equal([]);
    await back.leave();
  });

  it('asks by itself, when the log is back, who reported while it was gone', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const hash = await under.assign(agent.uid, yaml('gone'));
    await agent.next();
    await under.untilEvent(agent.uid, 'AgentRemoteConfigOffered');
    fault.isDown = true;
    const refused = await agent.ask(status(hash, 'APPLYING'));
    expect(refused.errorResponse).to.not.equal(undefined);
    fault.isDown = false;
    expect(asksForAll(await agent.next())).to.equal(true);
    await agent.ask(fullState('gone', status(hash, 'APPLIED')));
    await settled(agent);
    expect(offered(agent)).to.deep.equal([hash]);
    await agent.leave();
  });

  it('does so also when the connection is another by then, and the offer itself could not be recorded', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    fault.delayMs = 300;
    const assigned = under.assign(agent.uid, yaml('unrecorded'));
    await waitFor(() => offered(agent).length > 0, 'the push');
    fault.isDown = true;
    fault.delayMs = 0;
    const hash = await assigned;
    await agent.leave();
    const back = await RawAgent.connect(under.url, { uid: agent.uid });
    back.sequence = agent.sequence;
    expect((await back.ask(wobble('down'))).errorResponse).to.not.equal(undefined);
    fault.isDown = false;
    await waitFor(() => back.received.some(asksForAll), 'the question');
    back.send(fullState('unrecorded', status(hash, 'APPLIED')));
    await settled(back);
    expect(offered(back)).to.deep.equal([]);
    await back.leave();
  });

  describe('over HTTP', () => {
    const offerIn = (answer: { readonly message: ServerToAgent | undefined }) =>
      hex(answer.message?.remoteConfig?.configHash);
    const polled = async (name: string) => {
      const poller = new RawPoller(under.port);
      await poller.post(fullState());
      const hash = await under.assign(poller.uid, yaml(name));
      await under.caughtUp();
      const asked = poller.encode();
      const answer = await postRaw(under.port, asked);
      expect(offerIn(answer)).to.equal(hash);
      return { poller, hash, asked };
    };

    it('asks who has not said anything of an offer for long; who has it is not offered it again', async () => {
      const { poller, hash } = await polled('http-has');
      await new Promise((resolve) => setTimeout(resolve, 160));
      const answer = await poller.post();
      expect(offerIn(answer)).to.equal('');
      expect(answer.message && asksForAll(answer.message)).to.equal(true);
      expect(offerIn(await poller.post(fullState('http', status(hash, 'APPLIED'))))).to.equal('');
      expect(offerIn(await poller.post())).to.equal('');
    });

    it('H11: offers it again to who says that it has none', async () => {
      const { poller, hash } = await polled('http-none');
      await new Promise((resolve) => setTimeout(resolve, 160));
      await poller.post();
      expect(offerIn(await poller.post(fullState('http')))).to.equal(hash);
    });

    it('H11: offers it again at once when the very same poll comes again: its answer was lost', async () => {
      const { hash, asked, poller } = await polled('http-lost');
      expect(offerIn(await postRaw(under.port, asked))).to.equal(hash);
      expect(offerIn(await poller.post(status(hash, 'APPLYING')))).to.equal('');
    });
  });
});
