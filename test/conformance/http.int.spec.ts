import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { newInstanceUid, ServerToAgentFlag } from '@ampora/opamp-protocol';
import { expect } from 'chai';
import { type EdgeUnderTest, startEdge } from './edge-under-test.ts';
import { fullState, postRaw, RawAgent, RawPoller, waitFor } from './raw-agent.ts';

const LIMIT = 100_000;

describe('OpAMP conformance: plain HTTP (H)', () => {
  let under: EdgeUnderTest;
  before(async () => {
    under = await startEdge({ maxMessageBytes: LIMIT, heartbeatWindowMs: 1_500, handshakeTimeoutMs: 700 });
  });
  after(() => under.stop());

  it('H1, H2: the protobuf media type in any case and with parameters is plain HTTP, answered in kind', async () => {
    for (const type of [
      'application/x-protobuf',
      'Application/X-Protobuf',
      'application/x-protobuf; charset=utf-8',
    ]) {
      const answer = await new RawPoller(under.port).post(fullState(), { 'Content-Type': type });
      expect(answer.status).to.equal(200);
      expect(answer.headers['content-type']).to.equal('application/x-protobuf');
      expect(answer.message?.capabilities).to.not.equal(0n);
    }
  });

  it('H3, H5: gzip is taken, and given as Accept-Encoding permits', async () => {
    const poller = new RawPoller(under.port);
    const answer = await postRaw(under.port, gzipSync(poller.encode(fullState())), {
      'Content-Encoding': 'gzip',
    });
    expect(answer.status).to.equal(200);
    await under.assign(poller.uid, `receivers:\n${'  # padding\n'.repeat(100)}  a: {}\n`);
    await under.caughtUp();
    const compressed = await poller.post({}, { 'Accept-Encoding': 'gzip' });
    expect(compressed.headers['content-encoding']).to.equal('gzip');
    expect(compressed.message?.remoteConfig).to.not.equal(undefined);
    for (const header of ['', 'gzip;q=0', 'br'])
      expect((await poller.post({}, { 'Accept-Encoding': header })).headers['content-encoding']).to.equal(
        undefined,
      );
  });

  it('H4: other encodings are refused, not misread', async () => {
    const poller = new RawPoller(under.port);
    for (const encoding of ['deflate', 'br', 'gzip, gzip'])
      expect(
        (await postRaw(under.port, deflateSync(poller.encode(fullState())), { 'Content-Encoding': encoding }))
          .status,
      ).to.equal(415);
    expect(await under.typesOf(poller.uid)).to.deep.equal([]);
  });

  it('H6, X16: too large is 413: declared, chunked, and inflated', async () => {
    const big = Buffer.alloc(LIMIT + 1);
    expect((await postRaw(under.port, big, { 'Content-Length': String(big.length) })).status).to.equal(413);
    expect((await postRaw(under.port, big, { 'Transfer-Encoding': 'chunked' })).status).to.equal(413);
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect((await postRaw(under.port, bomb, { 'Content-Encoding': 'gzip' })).status).to.equal(413);
    const members = Buffer.concat([gzipSync(Buffer.alloc(60_000)), gzipSync(Buffer.alloc(60_000))]);
    expect((await postRaw(under.port, members, { 'Content-Encoding': 'gzip' })).status).to.equal(413);
    expect(await under.rejected('oversize')).to.be.at.least(4);
  });

  it('W3, H8: other methods and types get a clean 4xx', async () => {
    const get = (headers: Record<string, string>, method = 'GET') =>
      postRaw(under.port, undefined, headers, { method });
    expect((await get({ 'Content-Type': 'text/plain' })).status).to.equal(426);
    expect((await get({})).status).to.equal(405);
    expect((await get({}, 'PUT')).status).to.equal(405);
    expect((await get({}, 'OPTIONS')).status).to.equal(405);
    expect((await postRaw(under.port, Buffer.from('x'), { 'Content-Type': 'text/plain' })).status).to.equal(
      415,
    );
    expect((await postRaw(under.port, undefined, {}, { path: '/elsewhere' })).status).to.equal(404);
  });

  it('H9, H10: an empty, broken or truncated body is a bad request that says so in protobuf', async () => {
    const whole = new RawPoller(under.port).encode(fullState());
    const broken: [Uint8Array, Record<string, string>][] = [
      [new Uint8Array(0), {}],
      [Buffer.from('not protobuf at all'), {}],
      [whole.subarray(0, whole.length - 3), {}],
      [gzipSync(whole).subarray(0, 40), { 'Content-Encoding': 'gzip' }],
      [Buffer.concat([gzipSync(whole).subarray(0, -8), Buffer.alloc(8)]), { 'Content-Encoding': 'gzip' }],
    ];
    for (const [body, headers] of broken) {
      const answer = await postRaw(under.port, body, headers);
      expect(answer.status).to.equal(400);
      expect(answer.message?.errorResponse?.type).to.equal(1);
    }
  });

  it('H12, H13: a poll with only a uid is a heartbeat; state is kept from one connection to the next', async () => {
    const poller = new RawPoller(under.port);
    await poller.post(fullState());
    const before = await under.typesOf(poller.uid);
    poller.capabilities = 0n;
    for (let count = 0; count < 3; count++) expect((await poller.post()).message?.flags).to.equal(0n);
    expect(await under.typesOf(poller.uid)).to.deep.equal(before);
  });

  it('H14, X22: a header that names another agent is refused; rubbish breaks nothing', async () => {
    const poller = new RawPoller(under.port);
    const other = '0190a1b2-c3d4-7000-8000-000000000000';
    expect((await poller.post(fullState(), { 'OpAMP-Instance-UID': other })).status).to.equal(400);
    expect((await poller.post(fullState(), { 'OpAMP-Instance-UID': '<script>' })).status).to.equal(400);
    expect(await under.typesOf(poller.uid)).to.deep.equal([]);
  });

  it('H15: a goodbye in a poll is recorded', async () => {
    const poller = new RawPoller(under.port);
    await poller.post(fullState());
    await poller.post({ agentDisconnect: {} });
    await under.untilEvent(poller.uid, 'AgentDisconnected');
  });

  it('H16: an agent that stops polling is gone after the window, and back with the next poll', async () => {
    const poller = new RawPoller(under.port);
    await poller.post(fullState());
    await under.untilEvent(poller.uid, 'AgentDisconnected');
    const [gone] = (await under.eventsOf(poller.uid)).filter(({ type }) => type === 'AgentDisconnected');
    expect((gone?.data as { reason: string }).reason).to.equal('silent');
    const answer = await poller.post();
    expect(answer.message?.flags).to.equal(0n);
    await under.untilEvent(poller.uid, 'AgentConnected', 2);
  });

  it('H17: parallel requests of one agent lose nothing', async () => {
    const poller = new RawPoller(under.port);
    await poller.post(fullState());
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        poller.post({ agentDescription: fullState(`n${index}`).agentDescription }),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).to.equal(true);
    const described = (await under.typesOf(poller.uid)).filter((type) => type === 'AgentDescriptionReported');
    expect(described).to.have.length(11);
  });

  it('H19, H20: Expect: 100-continue, chunks and pipelined requests do', async () => {
    const poller = new RawPoller(under.port);
    const first = Buffer.from(poller.encode(fullState()));
    const second = Buffer.from(poller.encode());
    const head = (length: number, extra = '') =>
      `POST /v1/opamp HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\n${extra}Content-Length: ${length}\r\n\r\n`;
    const socket = connect(under.port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.write(head(first.length, 'Expect: 100-continue\r\n'));
    await waitFor(() => received.includes('100 Continue'), 'the leave to continue');
    socket.write(
      Buffer.concat([
        first,
        Buffer.from(head(second.length)),
        second,
        Buffer.from(head(second.length)),
        second,
      ]),
    );
    await waitFor(() => received.split('200 OK').length === 4, 'three answers');
    socket.destroy();
    expect((await postRaw(under.port, poller.encode(), { 'Transfer-Encoding': 'chunked' })).status).to.equal(
      200,
    );
  });

  it('X13: headers and bodies that do not come are not waited for', async () => {
    const slow = connect(under.port, '127.0.0.1');
    let closed = false;
    slow
      .on('close', () => (closed = true))
      .on('error', () => undefined)
      .resume();
    slow.write('POST /v1/opamp HTTP/1.1\r\nHost: x\r\n');
    await waitFor(() => closed, 'the end of a request without end');
  });

  it('X23: a browser page is refused on both transports', async () => {
    expect((await new RawPoller(under.port).post({}, { Origin: 'https://evil.example' })).status).to.equal(
      403,
    );
    const refused = await RawAgent.connect(under.url, { client: { origin: 'https://evil.example' } }).catch(
      String,
    );
    expect(refused).to.match(/403/);
  });

  it('E8: a peer that is not admitted is told so before anything else, on both transports', async () => {
    const strict = await startEdge({
      authenticate: () => ({ admitted: false, status: 401, reason: 'Who are you?', challenge: 'Bearer' }),
    });
    const answer = await new RawPoller(strict.port).post(fullState());
    expect([answer.status, answer.headers['www-authenticate']]).to.deep.equal([401, 'Bearer']);
    expect(await RawAgent.connect(strict.url).catch(String)).to.match(/401/);
    expect(await strict.rejected('auth_failed')).to.equal(2);
    await strict.stop();
  });

  it('moves between transports without being asked for what is known', async () => {
    const uid = newInstanceUid();
    const poller = new RawPoller(under.port, uid);
    await poller.post(fullState());
    const agent = await RawAgent.connect(under.url, { uid });
    agent.sequence = poller.sequence;
    expect((await agent.ask()).flags & ServerToAgentFlag.ReportFullState).to.equal(0n);
    await agent.leave();
  });
});
