import { connect } from 'node:net';
import { newInstanceUid } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { type EdgeUnderTest, startEdge } from './edge-under-test.ts';
import { fullState, RawAgent, RawPoller, waitFor } from './raw-agent.ts';
import { frame, rawSocket, wrap } from './raw-socket.ts';

const LIMIT = 200_000;
const BAD_REQUEST = 1;

const closeCode = (bytes: Buffer) => {
  const at = bytes.lastIndexOf(0x88);
  return at < 0 ? undefined : bytes.readUInt16BE(at + 2);
};

describe('OpAMP conformance: the wire (W), errors (E), hostile peers (X)', () => {
  let under: EdgeUnderTest;
  before(async () => {
    under = await startEdge({ maxMessageBytes: LIMIT });
  });
  after(() => under.stop());

  it('W2, W25: the upgrade does not mind content types, sub-protocols and extensions', async () => {
    for (const headers of [
      { 'Content-Type': 'text/plain' },
      { 'Sec-WebSocket-Protocol': 'opamp, other' },
      { 'Sec-WebSocket-Extensions': 'x-unknown' },
    ]) {
      const { 'Sec-WebSocket-Protocol': _, ...rest } = headers as Record<string, string>;
      const agent = await RawAgent.connect(under.url, { client: { headers: rest } });
      expect((await agent.ask(fullState())).errorResponse).to.equal(undefined);
      await agent.leave();
    }
  });

  it('W4, W17: every message gets one binary answer that begins with 0, in order', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    for (let count = 0; count < 1000; count++) agent.send();
    await waitFor(() => agent.frames.length === 1001, 'a thousand answers');
    expect(agent.frames.every((bytes) => bytes[0] === 0)).to.equal(true);
    await agent.leave();
  });

  it('W5, W7, W8, W9, W11, E1, E2, E3: what is malformed is a bad request, alone in its answer, and the socket lives on', async () => {
    const agent = await RawAgent.connect(under.url);
    const whole = Buffer.from(agent.encode(fullState()));
    const data = whole.subarray(1);
    const bad = [
      Buffer.concat([Buffer.from([1]), data]),
      Buffer.concat([Buffer.from([0x80, 1]), data]),
      Buffer.from([0]),
      Buffer.alloc(0),
      Buffer.alloc(11, 0xff),
      Buffer.from([0x80]),
      data,
    ];
    for (const bytes of bad) {
      agent.ws.send(bytes);
      const answer = await agent.next();
      expect(answer.errorResponse?.type, bytes.toString('hex').slice(0, 20)).to.equal(BAD_REQUEST);
      expect(answer.errorResponse?.errorMessage).to.match(/\w{3}/);
      expect([
        answer.remoteConfig,
        answer.agentIdentification,
        answer.flags,
        answer.capabilities,
      ]).to.deep.equal([undefined, undefined, 0n, 0n]);
    }
    expect((await agent.ask(fullState())).errorResponse).to.equal(undefined);
    expect(await under.rejected('malformed')).to.be.at.least(bad.length);
    await agent.leave();
  });

  it('W6: a zero of two bytes is a zero', async () => {
    const agent = await RawAgent.connect(under.url);
    agent.ws.send(
      Buffer.concat([Buffer.from([0x80, 0x00]), Buffer.from(agent.encode(fullState())).subarray(1)]),
    );
    expect((await agent.next()).errorResponse).to.equal(undefined);
    await agent.leave();
  });

  it('W10: text is refused, never read', async () => {
    const agent = await RawAgent.connect(under.url);
    for (const words of ['hello', '\0\n\x10']) {
      agent.ws.send(words);
      expect((await agent.next()).errorResponse?.type).to.equal(BAD_REQUEST);
    }
    await agent.leave();
  });

  it('W12: fragments with pings between them are one message', async () => {
    const { socket, received } = await rawSocket(under.port);
    const uid = newInstanceUid();
    const bytes = new RawPoller(0, uid).encode(fullState());
    const message = Buffer.concat([Buffer.from([0]), bytes]);
    for (const [index, byte] of message.entries()) {
      socket.write(frame(index === 0 ? 2 : 0, Buffer.from([byte]), { fin: index === message.length - 1 }));
      if (index % 20 === 0) socket.write(frame(9, Buffer.from('p')));
    }
    await waitFor(() => received().includes(Buffer.concat([Buffer.from([0, 0x0a, 16]), uid])), 'the answer');
    socket.destroy();
  });

  it('W13, W14: the limit holds to the byte, also over fragments; beyond it the close code is 1009', async () => {
    const padded = (agent: RawAgent, size: number) => {
      const build = (length: number) =>
        agent.encode({
          ...fullState(),
          effectiveConfig: {
            configMap: { configMap: { a: { body: new Uint8Array(length), contentType: '' } } },
          },
        });
      const start = size - 400;
      return build(start + (size - build(start).length));
    };
    const fits = await RawAgent.connect(under.url);
    const message = padded(fits, LIMIT);
    expect(message.length).to.equal(LIMIT);
    fits.ws.send(message);
    expect((await fits.next()).errorResponse).to.equal(undefined);
    await fits.leave();
    const agent = await RawAgent.connect(under.url);
    agent.ws.send(padded(agent, LIMIT + 1));
    expect((await agent.untilClosed()).code).to.equal(1009);
    const split = await RawAgent.connect(under.url);
    const large = padded(split, LIMIT + 1);
    split.ws.send(large.subarray(0, LIMIT / 2), { fin: false });
    split.ws.send(large.subarray(LIMIT / 2), { fin: true });
    expect((await split.untilClosed()).code).to.equal(1009);
    expect(await under.rejected('oversize')).to.equal(2);
  });

  it('W15, X17: compression is not offered, so nothing inflates', async () => {
    const agent = await RawAgent.connect(under.url, { client: { perMessageDeflate: true } });
    expect(agent.ws.extensions).to.equal('');
    await agent.leave();
  });

  it('W16, H7: a configuration beyond the send limit never leaves the server; the connection lives', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    await under.assign(agent.uid, `receivers:\n  a: {}\n# ${'x'.repeat(LIMIT)}\n`);
    await under.caughtUp();
    await agent.ask();
    expect(agent.received.some(({ remoteConfig }) => remoteConfig)).to.equal(false);
    await agent.leave();
  });

  it('W18: the same message again is answered each time', async () => {
    const agent = await RawAgent.connect(under.url);
    const message = agent.encode(fullState());
    for (let count = 0; count < 3; count++) {
      agent.ws.send(message);
      expect((await agent.next()).errorResponse).to.equal(undefined);
    }
    await agent.leave();
  });

  it('W19: pushes among answers do not tear them', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    for (let count = 0; count < 20; count++) {
      for (let beat = 0; beat < 20; beat++) agent.send();
      await under.assign(agent.uid, `receivers:\n  a/${count}: {}\n`);
    }
    await waitFor(() => agent.received.length >= 401, 'all answers');
    await waitFor(
      () =>
        agent.received.some(({ remoteConfig }) =>
          Buffer.from(remoteConfig?.config?.configMap['']?.body ?? []).includes('a/19'),
        ),
      'the last config',
    );
    await agent.leave();
  });

  it('W22, X27: a shutdown says 1001 and states how the connections ended', async () => {
    const own = await startEdge();
    const agents = await Promise.all(Array.from({ length: 5 }, () => RawAgent.connect(own.url)));
    for (const agent of agents) await agent.ask(fullState());
    const uid = (agents[0] as RawAgent).uid;
    await own.edge.stop();
    for (const agent of agents) expect((await agent.untilClosed()).code).to.equal(1001);
    const last = (await own.eventsOf(uid)).at(-1);
    expect([last?.type, (last?.data as { reason: string }).reason]).to.deep.equal([
      'AgentDisconnected',
      'shutdown',
    ]);
    await own.stop();
  });

  it('W23, X11: pings are answered; a peer that answers none is dropped and its agent stated as gone', async () => {
    const own = await startEdge({ pingIntervalMs: 200 });
    const alive = await RawAgent.connect(own.url);
    await alive.ask(fullState());
    const { socket, received } = await rawSocket(own.port);
    socket.write(frame(9, Buffer.from('hi')));
    await waitFor(() => received().includes(Buffer.from([0x8a, 2, 0x68, 0x69])), 'the pong');
    const uid = newInstanceUid();
    socket.write(
      frame(2, Buffer.concat([Buffer.from([0]), new RawPoller(0, uid).encode(fullState())]).subarray(0)),
    );
    await own.untilEvent(uid, 'AgentConnected');
    await own.untilEvent(uid, 'AgentDisconnected');
    expect(alive.closed).to.equal(undefined);
    await alive.leave();
    await own.stop();
  });

  it('W24: frames against RFC 6455 end the connection with 1002', async () => {
    const wrong = [
      frame(2, Buffer.from([0]), { masked: false }),
      frame(2, Buffer.from([0]), { rsv: 0x40 }),
      frame(3, Buffer.from([0])),
    ];
    for (const bytes of wrong) {
      const { socket, received } = await rawSocket(under.port);
      socket.write(bytes);
      await waitFor(() => closeCode(received()) === 1002, 'close 1002');
      socket.destroy();
    }
  });

  it('E4: who sends nothing but malformed messages is closed with 1008', async () => {
    const own = await startEdge({ malformedBudget: 5 });
    const agent = await RawAgent.connect(own.url);
    for (let count = 0; count < 50; count++) agent.ws.send(Buffer.from([1, 2, 3]));
    expect((await agent.untilClosed()).code).to.equal(1008);
    expect(agent.received.length).to.equal(6);
    await own.stop();
  });

  it('E6, W26, X9: too many connections are refused before the upgrade, with a time to come again', async () => {
    const own = await startEdge({ maxConnections: 3, maxConnectionsPerAddress: 2 });
    const inside = [await RawAgent.connect(own.url), await RawAgent.connect(own.url)];
    const socket = connect(own.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.write(
      'GET /v1/opamp HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await waitFor(() => answer.includes('\r\n\r\n'), 'the refusal');
    expect(answer).to.match(/^HTTP\/1.1 429 /);
    expect(Number(/retry-after: (\d+)/i.exec(answer)?.[1])).to.be.within(30, 60);
    await Promise.all(inside.map((agent) => agent.leave()));
    const next = await RawAgent.connect(own.url);
    await next.leave();
    await own.stop();
  });

  it('X4, X6: absurd depth is a bad request; odd keys and huge errors are kept, bounded', async () => {
    const agent = await RawAgent.connect(under.url);
    let deep: Buffer = Buffer.from([0x08, 1]);
    // A health node in its parent's map: field 6, whose entry has the child as field 2.
    for (let depth = 0; depth < 500; depth++) deep = wrap(6, wrap(2, deep));
    agent.ws.send(Buffer.concat([Buffer.from(agent.encode(fullState())), wrap(5, deep)]));
    expect((await agent.next()).errorResponse?.type).to.equal(BAD_REQUEST);
    const odd = [
      { key: '__proto__', value: { stringValue: 'a' } },
      {
        key: 'constructor',
        value: { kvlistValue: { values: [{ key: 'a', value: { stringValue: '<script>' } }] } },
      },
      { key: '\u202e\u0007', value: { stringValue: '\0' } },
    ];
    const answer = await agent.ask(
      fullState('odd', {
        agentDescription: { nonIdentifyingAttributes: odd },
        health: { lastError: 'x'.repeat(100_000) },
      }),
    );
    expect(answer.errorResponse).to.equal(undefined);
    const events = await under.eventsOf(agent.uid);
    const described = events.find(({ type }) => type === 'AgentDescriptionReported')?.data as {
      nonIdentifying: { key: string }[];
    };
    expect(described.nonIdentifying.map(({ key }) => key)).to.deep.equal(odd.map(({ key }) => key));
    const reported = events.find(({ type }) => type === 'AgentHealthReported')?.data as {
      health: { lastError: string };
    };
    expect(reported.health.lastError.length).to.be.below(10_000);
    await agent.leave();
  });

  it('X8: a flood on one socket is slowed down, nothing of it is lost, and another agent is answered meanwhile', async () => {
    const own = await startEdge({ messagesPerSecond: 500 });
    const flooder = await RawAgent.connect(own.url);
    const victim = await RawAgent.connect(own.url);
    await flooder.ask(fullState());
    await victim.ask(fullState());
    for (let count = 0; count < 2000; count++) flooder.send();
    await victim.ask();
    expect(flooder.received.length).to.be.below(2001);
    await waitFor(() => flooder.received.length === 2001, 'every answer in the end');
    await Promise.all([flooder.leave(), victim.leave()]);
    await own.stop();
  });

  it('X10: one socket may bring so many agents and no more', async () => {
    const own = await startEdge({ maxAgentsPerConnection: 5 });
    const agent = await RawAgent.connect(own.url);
    const answers = [];
    for (let count = 0; count < 8; count++) {
      agent.ws.send(agent.encode({ ...fullState(), instanceUid: newInstanceUid() }));
      answers.push((await agent.next()).errorResponse?.type);
    }
    expect(answers.filter((type) => type === undefined)).to.have.length(5);
    expect(own.edge.status().agentsKnown).to.equal(5);
    await agent.leave();
    await own.stop();
  });

  it('X12: a peer that does not read is cut off in the end, and pushes to others do not wait for it', async () => {
    const own = await startEdge({ transferTimeoutMs: 3_000, pingIntervalMs: 4_000 });
    const slow = await RawAgent.connect(own.url);
    await slow.ask(fullState());
    const quick = await RawAgent.connect(own.url);
    await quick.ask(fullState());
    slow.ws.pause();
    for (let count = 0; count < 30; count++) {
      await own.assignFleet(`receivers:\n  a/${count}: {}\n# ${String(count).repeat(300_000)}\n`);
      await waitFor(
        () =>
          quick.received.some(({ remoteConfig }) =>
            Buffer.from(remoteConfig?.config?.configMap['']?.body ?? []).includes(`a/${count}:`),
          ),
        `push ${count}`,
      );
    }
    await own.untilEvent(slow.uid, 'AgentDisconnected');
    expect(slow.received.length).to.be.below(30);
    slow.ws.terminate();
    await quick.leave();
    await own.stop();
  });

  it('X15: a socket that says nothing is closed', async () => {
    const own = await startEdge({ firstMessageTimeoutMs: 200 });
    const agent = await RawAgent.connect(own.url);
    expect((await agent.untilClosed()).code).to.equal(1008);
    await own.stop();
  });
});
