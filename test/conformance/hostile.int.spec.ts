import { connect } from 'node:net';
import { newInstanceUid } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { type EdgeUnderTest, startEdge } from './edge-under-test.ts';
import { fullState, postRaw, RawAgent, RawPoller, waitFor } from './raw-agent.ts';
import { frame, rawSocket, wrap } from './raw-socket.ts';

/** Mutated messages sent; the full proof takes 1,000,000. */
const mutations = Number(process.env['AMPORA_FUZZ_MESSAGES'] ?? 20_000);
const IN_FLIGHT = 400;
const BAD_REQUEST = 1;

/** A generator of the same numbers each time: mulberry32. */
function generator(from: number): (below: number) => number {
  let state = from;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe('OpAMP conformance: hostile peers on raw sockets (X)', () => {
  let under: EdgeUnderTest;
  before(async () => {
    under = await startEdge({ malformedBudget: 1e9, messagesPerSecond: 1e6 });
  });
  after(() => under.stop());

  it(`X1, X2, X3: ${mutations.toLocaleString('en')} mutated messages are answered one by one, and nothing is stored by halves`, async function () {
    this.timeout(60_000 + mutations * 5);
    const [agent, victim] = [await RawAgent.connect(under.url), await RawAgent.connect(under.url)];
    await agent.ask(fullState());
    await victim.ask(fullState());
    const random = generator(42);
    const originals = [fullState('fuzz'), { health: fullState().health }, { agentDisconnect: {} }, {}].map(
      (parts) => Buffer.from(agent.encode({ ...parts, sequenceNum: 5n })),
    );
    const mutate = (count: number): Buffer => {
      const bytes = Buffer.from(originals[random(originals.length)] as Buffer);
      // Each length of each message first, then anything.
      if (count % 4 === 0) return bytes.subarray(0, (count / 4) % bytes.length);
      if (count % 4 === 1) return Buffer.concat([bytes, Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f])]);
      for (let flips = 1 + random(4); flips > 0; flips--) {
        const at = random(bytes.length);
        bytes[at] = (bytes[at] as number) ^ (1 << random(8));
      }
      return bytes;
    };
    let answered = 0;
    agent.ws.removeAllListeners('message');
    agent.ws.on('message', () => answered++);
    for (let sent = 1; sent <= mutations; sent++) {
      agent.ws.send(mutate(sent));
      if (sent % IN_FLIGHT > 0 && sent < mutations) continue;
      await waitFor(() => answered >= sent, `answer ${sent}`, 30_000);
      expect((await victim.ask()).errorResponse).to.equal(undefined);
    }
    expect(agent.closed).to.equal(undefined);
    // Each was checked against its schema on the way.
    expect(await under.eventsOf(agent.uid)).to.not.have.length(0);
    await Promise.all([agent.leave(), victim.leave()]);
  });

  it('X5: a million of anything in one message is a bad request, at once', async () => {
    const agent = await RawAgent.connect(under.url);
    await agent.ask(fullState());
    const head = Buffer.from(agent.encode({ sequenceNum: 1n }));
    const wide: Record<string, Buffer> = {
      attributes: wrap(3, Buffer.alloc(2_000_000, '0a00', 'hex')),
      'health nodes': wrap(5, Buffer.alloc(2_000_000, '3200', 'hex')),
      'config files': wrap(6, wrap(1, Buffer.alloc(2_000_000, '0a00', 'hex'))),
      'unknown fields': Buffer.alloc(3_000_000, 'c03e01', 'hex'),
    };
    for (const [name, bytes] of Object.entries(wide)) {
      agent.ws.send(Buffer.concat([head, bytes]));
      const answer = await agent.next();
      if (name !== 'unknown fields') expect(answer.errorResponse?.type, name).to.equal(BAD_REQUEST);
    }
    expect((await agent.ask({ sequenceNum: 9n })).errorResponse).to.equal(undefined);
    await agent.leave();
  });

  it('X14: a message in slow fragments is cut off, also when control frames come between', async () => {
    const own = await startEdge({ transferTimeoutMs: 400, pingIntervalMs: 200 });
    const idle = await RawAgent.connect(own.url);
    await idle.ask(fullState());
    const { socket } = await rawSocket(own.port);
    const poller = new RawPoller(0, newInstanceUid());
    socket.write(frame(2, Buffer.concat([Buffer.from([0]), poller.encode(fullState())])));
    await own.untilEvent(poller.uid, 'AgentConnected');
    socket.write(frame(2, Buffer.from([0]), { fin: false }));
    const dripping = setInterval(
      () =>
        socket.write(
          Buffer.concat([frame(0, Buffer.from([0x0a]), { fin: false }), frame(10, Buffer.alloc(0))]),
        ),
      50,
    );
    await own.untilEvent(poller.uid, 'AgentDisconnected');
    clearInterval(dripping);
    socket.destroy();
    // Who only answers pings has no message under way, however long that goes.
    expect(idle.closed).to.equal(undefined);
    expect((await idle.ask()).errorResponse).to.equal(undefined);
    await idle.leave();
    await own.stop();
  });

  it('X18: floods of pings and of empty fragments delay nobody else, and cost no memory', async function () {
    this.timeout(60_000);
    const own = await startEdge({ messagesPerSecond: 1_000, transferTimeoutMs: 2_000 });
    const victim = await RawAgent.connect(own.url);
    await victim.ask(fullState());
    const floods = [frame(9, Buffer.alloc(0)), frame(0, Buffer.alloc(0), { fin: false })];
    const before = process.memoryUsage().rss;
    for (const [index, one] of floods.entries()) {
      const { socket } = await rawSocket(own.port);
      if (index === 1) socket.write(frame(2, Buffer.from([0]), { fin: false }));
      const chunk = Buffer.concat(Array.from({ length: 10_000 }, () => one));
      for (let count = 0; count < 100 && socket.writable; count++) {
        if (!socket.write(chunk))
          await Promise.race([once(socket, 'drain'), once(socket, 'close'), wait(20)]);
        if (count % 10 === 0) expect((await victim.ask()).errorResponse).to.equal(undefined);
      }
      socket.destroy();
    }
    expect((process.memoryUsage().rss - before) / 2 ** 20, 'MiB more').to.be.below(200);
    await victim.leave();
    await own.stop();
  });

  describe('X24: requests that two readers would read differently', () => {
    const uid = newInstanceUid();
    const body = () => Buffer.from(new RawPoller(0, uid).encode(fullState()));
    const send = async (head: readonly string[], bytes: Uint8Array): Promise<string> => {
      const socket = connect(under.port, '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1'))).on('error', () => undefined);
      socket.write(`POST /v1/opamp HTTP/1.1\r\nHost: x\r\n${head.join('\r\n')}\r\n\r\n`);
      socket.write(bytes);
      await waitFor(() => answer.includes('\r\n\r\n'), 'an answer');
      await wait(50);
      socket.destroy();
      return answer;
    };
    const answers = (text: string) => text.match(/HTTP\/1\.1 \d{3}/g) ?? [];
    const type = 'Content-Type: application/x-protobuf';
    const smuggled = Buffer.from('0\r\n\r\nPOST /v1/opamp HTTP/1.1\r\nHost: x\r\n\r\n');

    it('with both a length and chunks are refused, and the connection ends', async () => {
      const answer = await send(
        [type, `Content-Length: ${smuggled.length}`, 'Transfer-Encoding: chunked'],
        smuggled,
      );
      expect(answers(answer)).to.deep.equal(['HTTP/1.1 400']);
    });

    it('with two lengths, or a length that is no number, are refused', async () => {
      for (const lengths of [
        ['Content-Length: 3', 'Content-Length: 4'],
        ['Content-Length: +3'],
        ['Content-Length: 3, 3'],
      ])
        expect(answers(await send([type, ...lengths], Buffer.from('abcdefg')))).to.deep.equal([
          'HTTP/1.1 400',
        ]);
    });

    it('with a transfer encoding that is none of ours are refused', async () => {
      const answer = await send([type, 'Transfer-Encoding: chunked, identity'], smuggled);
      expect(answers(answer)).to.deep.equal(['HTTP/1.1 400']);
    });

    it('with two encodings are refused; with two types the first counts', async () => {
      const bytes = body();
      const length = `Content-Length: ${bytes.length}`;
      const twice = await send([type, length, 'Content-Encoding: gzip', 'Content-Encoding: identity'], bytes);
      expect(answers(twice)).to.deep.equal(['HTTP/1.1 415']);
      expect(answers(await send(['Content-Type: text/plain', type, length], bytes))).to.deep.equal([
        'HTTP/1.1 415',
      ]);
      expect(answers(await send([type, 'Content-Type: text/plain', length], bytes))).to.deep.equal([
        'HTTP/1.1 200',
      ]);
    });
  });

  it('X8, X9: an address that polls too fast is told to come later, and is let in again', async () => {
    const own = await startEdge({ requestsPerSecondPerAddress: 20, requestBurstPerAddress: 40 });
    const poller = new RawPoller(own.port);
    const statuses: number[] = [];
    for (let count = 0; count < 80; count++) statuses.push((await poller.post()).status);
    expect(statuses.slice(0, 40)).to.deep.equal(Array.from({ length: 40 }, () => 200));
    expect(statuses).to.include(429);
    const refused = await untilRefused(own.port);
    expect(Number(refused.headers['retry-after'])).to.be.within(30, 60);
    await waitFor(async () => (await poller.post()).status === 200, 'the door to open');
    await own.stop();
  });
});

async function untilRefused(port: number) {
  for (;;) {
    const answer = await postRaw(port, new RawPoller(port).encode());
    if (answer.status === 429) return answer;
  }
}

function once(socket: { once(event: string, listener: () => void): unknown }, event: string): Promise<void> {
  return new Promise((resolve) => socket.once(event, resolve));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
