import { gzipSync } from 'node:zlib';
import { AgentCapability, instanceUidToText, newInstanceUid, ServerCapability } from '@ampora/opamp-protocol';
import { ThroughputStore, writeMetrics } from '@ampora/own-metrics';
import { expect } from 'chai';
import { type EdgeUnderTest, startEdge } from './edge-under-test.ts';
import { fullState, RawAgent, RawPoller, usual, waitFor } from './raw-agent.ts';

const reporting = usual | AgentCapability.ReportsOwnMetrics;
const metricsOf = (uid: Uint8Array, seconds: number, value: number, receivers = 1) =>
  writeMetrics({
    instanceId: instanceUidToText(uid),
    startMs: 1_000,
    timeMs: 1_000_000 + seconds * 1_000,
    counters: Array.from({ length: receivers }, (_, index) => ({
      name: 'otelcol_receiver_accepted_spans',
      attributes: { receiver: index === 0 ? 'otlp' : `otlp/${index}` },
      value,
    })),
  });

describe('OpAMP conformance: own metrics', () => {
  let under: EdgeUnderTest;
  let throughput: ThroughputStore;
  before(async () => {
    throughput = new ThroughputStore();
    under = await startEdge({ throughput, ownMetrics: 'http://localhost:4320/v1/metrics' });
  });
  after(() => under.stop());

  const send = async (
    body: Uint8Array | string,
    headers: Record<string, string> = {},
    { port = under.port, method = 'POST' } = {},
  ) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/metrics`, {
      method,
      ...(method === 'POST' ? { body: typeof body === 'string' ? body : new Uint8Array(body) } : {}),
      headers: { 'Content-Type': 'application/x-protobuf', ...headers },
    });
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
  };
  const asJson = { 'Content-Type': 'application/json' };
  const agent = async (options: { uid?: Uint8Array; capabilities?: bigint } = {}) => {
    const connected = await RawAgent.connect(under.url, { capabilities: reporting, ...options });
    return { connected, answer: await connected.ask(fullState()) };
  };

  it('are offered in the first answer to an agent that has some, with a hash, and stated', async () => {
    const { connected, answer } = await agent();
    expect(answer.capabilities & ServerCapability.OffersConnectionSettings).to.not.equal(0n);
    expect(answer.connectionSettings?.ownMetrics?.destinationEndpoint).to.equal(
      'http://localhost:4320/v1/metrics',
    );
    expect(answer.connectionSettings?.hash).to.have.length(32);
    expect(answer.connectionSettings?.ownTraces).to.equal(undefined);
    await under.untilEvent(connected.uid, 'AgentOwnMetricsOffered');
    await connected.leave();
  });

  it('are not offered to an agent that has none', async () => {
    const { connected, answer } = await agent({ capabilities: usual });
    expect(answer.connectionSettings).to.equal(undefined);
    await connected.leave();
  });

  it('are offered over plain HTTP as well, once', async () => {
    const poller = new RawPoller(under.port);
    poller.capabilities = reporting;
    expect((await poller.post(fullState())).message?.connectionSettings?.ownMetrics).to.not.equal(undefined);
    for (let poll = 0; poll < 3; poll++)
      expect((await poller.post()).message?.connectionSettings).to.equal(undefined);
  });

  it('are not offered again: not on this connection, not on the next, not after a restart of the server', async () => {
    const { connected } = await agent();
    await under.untilEvent(connected.uid, 'AgentOwnMetricsOffered');
    expect((await connected.ask({ health: { healthy: false, lastError: 'x' } })).connectionSettings).to.equal(
      undefined,
    );
    await connected.leave();
    const next = await agent({ uid: connected.uid });
    expect(next.answer.connectionSettings).to.equal(undefined);
    await next.connected.leave();
    under = await under.restart('graceful');
    const after = await agent({ uid: connected.uid });
    expect(after.answer.connectionSettings).to.equal(undefined);
    await after.connected.ask();
    const types = await under.typesOf(connected.uid);
    expect(types.filter((type) => type === 'AgentOwnMetricsOffered')).to.have.length(1);
    await after.connected.leave();
  });

  it('are offered again to an agent that says that it has other settings, once a connection', async () => {
    const capabilities = reporting | AgentCapability.ReportsConnectionSettingsStatus;
    const { connected } = await agent({ capabilities });
    await under.untilEvent(connected.uid, 'AgentOwnMetricsOffered');
    const other = { lastConnectionSettingsHash: new Uint8Array([1, 2]), status: 1 };
    expect((await connected.ask({ connectionSettingsStatus: other })).connectionSettings).to.equal(undefined);
    await connected.leave();
    const next = await agent({ uid: connected.uid, capabilities });
    expect(next.answer.connectionSettings?.ownMetrics).to.not.equal(undefined);
    const again = { ...other, errorMessage: 'no' };
    expect((await next.connected.ask({ connectionSettingsStatus: again })).connectionSettings).to.equal(
      undefined,
    );
    await next.connected.leave();
  });

  it('end where they were offered, once, when nobody wants them any more', async () => {
    const first = await startEdge({ ownMetrics: 'auto' });
    const told = await RawAgent.connect(first.url, { capabilities: reporting });
    expect((await told.ask(fullState())).connectionSettings?.ownMetrics?.destinationEndpoint).to.equal(
      `http://127.0.0.1:${first.port}/v1/metrics`,
    );
    await first.untilEvent(told.uid, 'AgentOwnMetricsOffered');
    await told.leave();
    await first.edge.stop();
    const { begin } = await import('./edge-under-test.ts');
    const off = await begin(first.log, {}, () => first.stop());
    const back = await RawAgent.connect(off.url, { uid: told.uid, capabilities: reporting });
    const settings = (await back.ask(fullState())).connectionSettings;
    expect(settings?.ownMetrics?.destinationEndpoint).to.equal('');
    await off.untilEvent(told.uid, 'AgentOwnMetricsOffered', 2);
    expect((await back.ask({ health: { healthy: false } })).connectionSettings).to.equal(undefined);
    await back.leave();
    await off.stop();
  });

  it('are taken in both encodings, compressed or not, and told as rates', async () => {
    const { connected } = await agent();
    const [{ agentId } = { agentId: '' }] = under.edge.sessions().filter(({ connected: is }) => is);
    expect(await send(metricsOf(connected.uid, 0, 0))).to.deep.include({
      status: 200,
      body: Buffer.alloc(0),
    });
    const zipped = gzipSync(metricsOf(connected.uid, 10, 100));
    expect((await send(zipped, { 'Content-Encoding': 'gzip' })).status).to.equal(200);
    expect(throughput.of(agentId, Date.now())?.components[0]).to.include({ id: 'otlp', itemsPerSecond: 10 });
    const point = {
      timeUnixNano: '1020000000000',
      asDouble: 300,
      attributes: [{ key: 'receiver', value: { stringValue: 'otlp' } }],
    };
    const request = {
      resourceMetrics: [
        {
          resource: {
            attributes: [
              { key: 'service.instance.id', value: { stringValue: instanceUidToText(connected.uid) } },
            ],
          },
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'otelcol_receiver_accepted_spans',
                  sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] },
                },
              ],
            },
          ],
        },
      ],
    };
    const answer = await send(JSON.stringify(request), asJson);
    expect(answer.headers.get('content-type')).to.equal('application/json');
    expect(answer.body.toString()).to.equal('{}');
    expect(throughput.of(agentId, Date.now())?.components[0]).to.include({ itemsPerSecond: 15 });
    await connected.leave();
  });

  it('of nobody who is known are not taken, which is said and counted', async () => {
    const answer = await send(metricsOf(newInstanceUid(), 0, 1));
    expect(answer.status).to.equal(200);
    expect(answer.body.toString()).to.contain('service.instance.id');
    const text = await under.metrics.registry.metrics();
    expect(text).to.match(/ampora_own_metric_points_total\{[^}]*outcome="unknown_agent"[^}]*\} [1-9]/);
  });

  it('beyond what is kept of one agent are not taken', async () => {
    const { connected } = await agent();
    const answer = await send(metricsOf(connected.uid, 0, 1, 300));
    expect(answer.status).to.equal(200);
    expect(answer.body.toString()).to.contain('more series than are kept');
    await connected.leave();
  });

  const refused: readonly (readonly [string, number, () => ReturnType<typeof send>])[] = [
    ['another method', 405, () => send('', {}, { method: 'GET' })],
    ['another type', 415, () => send('{}', { 'Content-Type': 'text/plain' })],
    ['another compression', 415, () => send('{}', { ...asJson, 'Content-Encoding': 'br' })],
    ['what is no JSON', 400, () => send('{', asJson)],
    ['what is no protobuf', 400, () => send('not protobuf')],
    ['what is no gzip', 400, () => send('plain', { 'Content-Encoding': 'gzip' })],
    ['too much', 413, () => send(Buffer.alloc(5 * 1024 * 1024))],
    [
      'what inflates to too much',
      413,
      () => send(gzipSync(Buffer.alloc(64 * 1024 * 1024)), { 'Content-Encoding': 'gzip' }),
    ],
    ['a browser', 403, () => send('{}', { ...asJson, Origin: 'https://example.org' })],
  ];
  for (const [what, status, ask] of refused) {
    it(`refuse ${what} with ${status} and a Status`, async () => {
      const answer = await ask();
      expect(answer.status).to.equal(status);
      if (answer.headers.get('content-type') === 'application/json')
        expect(JSON.parse(answer.body.toString())).to.have.keys('code', 'message');
      else expect(answer.body[0]).to.equal(8);
    });
  }

  it('refuse too many at once with 429, and peers without credentials with 401', async () => {
    const few = await startEdge({
      throughput,
      requestsPerSecondPerAddress: 1,
      requestBurstPerAddress: 2,
      authenticate: ({ headers }) =>
        headers.authorization === 'yes'
          ? { admitted: true }
          : { admitted: false, status: 401, reason: 'No.', challenge: 'Bearer' },
    });
    const { port } = few;
    const denied = await send('', {}, { port });
    expect(denied.status).to.equal(401);
    expect(denied.headers.get('www-authenticate')).to.equal('Bearer');
    expect((await send('', { Authorization: 'yes' }, { port })).status).to.equal(200);
    await waitFor(async () => (await send('', { Authorization: 'yes' }, { port })).status === 429, 'a 429');
    const answer = await send('', { Authorization: 'yes' }, { port });
    expect(answer.headers.get('retry-after')).to.match(/^\d+$/);
    await few.stop();
  });

  it('are read off a hostile body without holding up the others', async () => {
    const longest = async (body: Uint8Array, headers: Record<string, string> = {}) => {
      const startedMs = performance.now();
      const { status } = await send(body, headers);
      return { status, ms: performance.now() - startedMs };
    };
    const fields = await longest(Buffer.alloc(1024 * 1024 - 2, Buffer.from([0x12, 0x00])));
    const resources = await longest(Buffer.alloc(1024 * 1024 - 2, Buffer.from([0x0a, 0x00])));
    const nested = await longest(Buffer.from(`${'['.repeat(500_000)}`), asJson);
    console.log(
      `      half a million fields ${fields.ms.toFixed(0)} ms, as many resources ${resources.ms.toFixed(0)} ms, half a million brackets ${nested.ms.toFixed(0)} ms`,
    );
    expect([fields.status, resources.status, nested.status]).to.deep.equal([200, 400, 400]);
  });
});
