import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { contentHashOf, storeContent } from '@ampora/application';
import { type AmporaEvent, encodeEvent, streamOf } from '@ampora/catalogue';
import type { EventMetadata, RecordedEvent } from '@ampora/kernel';
import { eventLine } from '@ampora/proof';
import { expect } from 'chai';
import fc from 'fast-check';
import { DecisionReplay } from '../decisions/decision-replay.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { scrubEvents } from './scrub-events.ts';
import { scrubText } from './scrub-text.ts';

/** What must not be found in anything that leaves. None of them is a word of everybody's. */
const canaries = {
  host: 'db-canary-17.acme.internal',
  ip: '203.0.113.77',
  ipv6: '2a02:26f7:c409:4001::77',
  mac: '00:1b:44:11:3a:b7',
  person: 'greta.canary@acme.example',
  secret: 'hunter2-canary-Xyz',
  pin: '1234987',
  name: 'canary-payments',
  path: '/srv/canaryhome/keys.pem',
  attributeKey: 'acme.canary.cost-center',
  attributeValue: 'canary cost 77-A',
  comment: 'ask Canarius before changing',
  umlaut: 'Kanarienvögel',
  edge: 'canary-edge:9f21',
  package: 'canary-plugin',
  tenantName: 'Canary Holding',
};

const body = `# ${canaries.comment}
receivers:
  otlp/${canaries.name}:
    protocols:
      grpc:
        endpoint: ${canaries.host}:4317
exporters:
  otlphttp:
    endpoint: https://${canaries.ip}/ingest
    headers:
      authorization: "Bearer ${canaries.secret}"
      x-owner: ${canaries.umlaut}
    tls: { key_file: ${canaries.path} }
    password: ${canaries.pin}
    timeout: 5s
  file: { path: "[${canaries.ipv6}]" }
service:
  pipelines:
    traces: { receivers: [otlp/${canaries.name}], exporters: [otlphttp] }
  extensions: [a, b
`;

const agentId = randomUUID();
const configurationId = randomUUID();
const configHash = 'c'.repeat(64);
const metadata: EventMetadata = {
  tenant: 'default',
  actor: canaries.person,
  actorRole: 'Operator',
  sourceIp: canaries.ip,
  correlationId: randomUUID(),
  causationId: randomUUID(),
  traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
};

function history(): readonly RecordedEvent[] {
  const events: RecordedEvent[] = [];
  const revisions = new Map<string, number>();
  const add = (streamId: string, event: AmporaEvent, by: EventMetadata = metadata): void => {
    const revision = revisions.get(streamId) ?? 0;
    revisions.set(streamId, revision + 1);
    const position = BigInt(events.length + 1);
    const recordedAtMs = 1_700_000_000_000 + events.length;
    events.push({
      id: randomUUID(),
      ...encodeEvent(event),
      metadata: by,
      streamId,
      revision,
      position,
      recordedAtMs,
    });
  };
  const { contentHash, appends } = storeContent(Buffer.from(body), metadata);
  const sizeBytes = Buffer.byteLength(body);
  const ofAgent = (event: AmporaEvent) =>
    add(streamOf.agent(agentId), event, { ...metadata, actor: `agent:${agentId}`, actorRole: 'Agent' });
  const health = {
    healthy: false,
    status: 'StatusPermanentError',
    lastError: `dial tcp ${canaries.ip}:4317: connection refused by ${canaries.host} at ${canaries.mac}`,
    startTimeUnixNano: '1',
    statusTimeUnixNano: '2',
  };
  add(streamOf.tenant('default'), {
    type: 'TenantCreated',
    data: { tenant: 'default', displayName: canaries.tenantName },
  });
  for (const {
    streamId,
    events: [event],
  } of appends)
    add(streamId, { type: 'ContentStored', data: event!.data } as unknown as AmporaEvent);
  add(streamOf.configurationName('d'.repeat(64)), {
    type: 'ConfigurationNameReserved',
    data: { configurationId, name: canaries.name },
  });
  add(streamOf.configuration(configurationId), {
    type: 'ConfigurationCreated',
    data: { configurationId, name: canaries.name, description: canaries.comment },
  });
  add(streamOf.configuration(configurationId), {
    type: 'ConfigurationDraftCreated',
    data: { version: 1, contentHash, sizeBytes, basedOnVersion: null },
  });
  add(streamOf.configuration(configurationId), {
    type: 'ConfigurationVersionPublished',
    data: { version: 1, contentHash, sizeBytes, configHash, notes: canaries.comment },
  });
  ofAgent({
    type: 'AgentEnrolled',
    data: { agentId, instanceUid: randomUUID(), enrolment: 'open', remoteAddress: canaries.ip },
  });
  const connectionId = randomUUID();
  ofAgent({
    type: 'AgentConnected',
    data: { connectionId, transport: 'websocket', remoteAddress: canaries.ipv6, edgeInstance: canaries.edge },
  });
  ofAgent({ type: 'AgentCapabilitiesReported', data: { capabilities: String(0x1807) } });
  ofAgent({
    type: 'AgentDescriptionReported',
    data: {
      digest: 'some-digest',
      identifying: [
        { key: 'service.name', value: 'otelcol-contrib' },
        { key: 'service.version', value: '0.149.0' },
      ],
      nonIdentifying: [
        { key: 'host.name', value: canaries.host },
        {
          key: canaries.attributeKey,
          value: [canaries.attributeValue, { [canaries.attributeKey]: canaries.name }],
        },
        { key: 'process.pid', value: 987_654_321 },
      ],
    },
  });
  add(streamOf.assignment(agentId), {
    type: 'AgentConfigurationAssigned',
    data: { agentId, configurationId, version: 1, contentHash, configHash },
  });
  ofAgent({
    type: 'AgentRemoteConfigOffered',
    data: { configHash, configurationId, version: 1, connectionId },
  });
  ofAgent({
    type: 'AgentRemoteConfigStatusReported',
    data: {
      configHash,
      status: 'failed',
      errorMessage: `cannot read ${canaries.path}: password=${canaries.pin}`,
    },
  });
  ofAgent({
    type: 'AgentHealthReported',
    data: {
      digest: 'ill',
      reports: 1,
      health: {
        ...health,
        components: [{ ...health, name: `receiver:otlp/${canaries.name}`, components: [] }],
      },
    },
  });
  ofAgent({
    type: 'AgentEffectiveConfigReported',
    data: {
      digest: 'runs',
      files: [{ name: canaries.path, contentType: 'text/yaml', contentHash, sizeBytes }],
    },
  });
  ofAgent({
    type: 'AgentPackageStatusesReported',
    data: {
      digest: 'packages',
      allPackagesHash: 'aa',
      errorMessage: canaries.secret,
      packages: [
        {
          name: canaries.package,
          agentHasVersion: `1.2.3-${canaries.name}`,
          agentHasHash: 'bb',
          serverOfferedVersion: '',
          serverOfferedHash: '',
          status: 0,
          errorMessage: '',
        },
      ],
    },
  });
  ofAgent({ type: 'AgentCustomCapabilitiesReported', data: { capabilities: [`com.acme.${canaries.name}`] } });
  return [
    ...events,
    {
      ...events.at(-1)!,
      id: randomUUID(),
      type: 'SomethingOfAnotherVersion',
      streamId: `thing-${canaries.name}`,
      data: { a: { b: [canaries.secret] }, note: canaries.person, n: 3 },
      position: BigInt(events.length + 1),
    },
  ];
}

async function collect(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The lines that would be written, with every stored body unpacked behind them. */
function everythingIn(events: readonly RecordedEvent[]): string {
  const bodies = events.flatMap(({ type, data }) =>
    type === 'ContentStored'
      ? [gunzipSync(Buffer.from(String(data['data']), 'base64')).toString('utf8')]
      : [],
  );
  return [...events.map((event, index) => eventLine(event, index)), ...bodies].join('\n');
}

describe('scrubbed events', () => {
  const original = history();
  let scrubbed: RecordedEvent[];
  before(async () => {
    scrubbed = await collect(scrubEvents(() => original));
  });

  it('hold none of the canaries, nor any part of them that is a word of its own', () => {
    const before = everythingIn(original).toLowerCase();
    const after = everythingIn(scrubbed).toLowerCase();
    const parts = Object.values(canaries).flatMap((canary) => [canary, ...canary.split(/[^\p{L}\p{N}]+/u)]);
    const telling = parts
      .map((part) => part.toLowerCase())
      .filter((part) => part.length > 4 && !['before', 'connection'].includes(part));
    expect(telling).to.include.members(['canary', 'hunter2', 'canarius', 'canaryhome', '1234987', 'greta']);
    for (const part of telling) {
      expect(before, `the test plants ${part}`).to.contain(part);
      expect(after, part).not.to.contain(part);
    }
    for (const id of [agentId, configurationId, configHash, ...original.map(({ id: eventId }) => eventId)])
      expect(after).not.to.contain(id);
    expect(after).not.to.contain('987654321');
    expect(after).not.to.contain('3a:b7');
  });

  it('keep order, positions, times, types and the shape of everything', () => {
    const shape = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shape);
      if (value === null || typeof value !== 'object') return typeof value;
      return Object.values(value).map(shape);
    };
    expect(
      scrubbed.map(({ position, recordedAtMs, type, revision }) => [position, recordedAtMs, type, revision]),
    ).to.deep.equal(
      original.map(({ position, recordedAtMs, type, revision }) => [position, recordedAtMs, type, revision]),
    );
    expect(scrubbed.map(({ data }) => shape(data))).to.deep.equal(original.map(({ data }) => shape(data)));
    const [text] = scrubbed
      .filter(({ type }) => type === 'ContentStored')
      .map(({ data }) => gunzipSync(Buffer.from(String(data['data']), 'base64')).toString('utf8'));
    expect(text?.split('\n')).to.have.length(body.split('\n').length);
    expect(text)
      .to.contain('receivers:\n  otlp/w')
      .and.to.contain('timeout: 5s')
      .and.to.match(/:4317\n/);
  });

  it('are decided again as the original was: the same in, the same out', () => {
    const verdicts = (events: readonly RecordedEvent[]) => {
      const replay = new DecisionReplay();
      return events.map((event) => {
        const { verdict, difference, agent } = replay.take(event);
        return [verdict, difference, agent?.offer, agent?.drift.state];
      });
    };
    expect(verdicts(original).filter(([verdict]) => verdict === 'different')).to.deep.equal([]);
    expect(verdicts(scrubbed)).to.deep.equal(verdicts(original));
    const contents = scrubbed.find(({ type }) => type === 'ContentStored')!;
    const packed = Buffer.from(String(contents.data['data']), 'base64');
    expect(contentHashOf(gunzipSync(packed))).to.equal(contents.data['contentHash']);
    expect(contents.streamId).to.equal(`content-${String(contents.data['contentHash'])}`);
  });

  it('are others each time: the key is not kept', async () => {
    const again = await collect(scrubEvents(() => original));
    expect(again[6]?.id).not.to.equal(scrubbed[6]?.id);
  });
});

describe('scrubbing a text', () => {
  it('keeps what is everybody’s', () => {
    const pseudonyms = createPseudonyms();
    for (const text of ['exporters:\n  otlp:\n    timeout: 10s\n', 'connection refused', '64MiB', 'v0.149.0'])
      expect(scrubText(text, pseudonyms)).to.equal(text);
    expect(scrubText('dial tcp 127.0.0.1:4317', pseudonyms)).to.equal('dial tcp 127.0.0.1:4317');
  });

  it('replaces any word, wherever it stands, by the same', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), fc.string({ maxLength: 40 }), (left, right) => {
        const pseudonyms = createPseudonyms(Buffer.alloc(32, 1));
        const text = `${left} Zqxcanary77z ${right}`;
        const scrubbed = scrubText(text, pseudonyms);
        expect(scrubbed).not.to.contain('Zqxcanary77z');
        expect(scrubText(text, createPseudonyms(Buffer.alloc(32, 1)))).to.equal(scrubbed);
        expect(scrubbed.split('\n').length).to.equal(text.split('\n').length);
      }),
    );
  });

  it('lets nothing of a secret’s value stand, common word or figure though it be', () => {
    const scrubbed = scrubText('client_secret: debug 1234\n"api_key": "otlp"', createPseudonyms());
    expect(scrubbed).not.to.match(/debug|1234|otlp/);
  });
});
