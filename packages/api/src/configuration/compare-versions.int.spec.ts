import { createHash } from 'node:crypto';

import { parseConfig, semanticText } from '@ampora/collector-config';
import { expect } from 'chai';

import { agentId, agentStream, enrolled, type RunningApi, startApi } from '../running-api.spec.ts';
import { createTextChecker } from './text-check/text-checker.ts';

const text = `receivers:
  otlp:
    protocols:
      grpc:
processors:
  batch: {timeout: 200ms}
exporters:
  otlp:
    endpoint: backend:4317
    headers: {authorization: first-word}
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [batch]
      exporters: [otlp]
`;
const laidOut = `# the same, with a comment\n${text.replace('200ms', '0.2s')}`;
const changed = text.replace('200ms', '5s').replace('first-word', 'second-word');

describe('versions compared', () => {
  let api: RunningApi;
  let id: string;
  let position: string;

  before(async () => {
    api = await startApi();
    ({ id } = await api.call('createConfiguration', { body: { name: 'compared', body: text } }));
    for (const body of [laidOut, changed, 'a: ['])
      ({ position } = await api.call('createVersion', { params: { id }, body: { body } }));
  });
  after(async () => {
    await api.stop();
  });
  const compare = (from: number, to: number) =>
    api.call('compareVersions', {
      params: { id },
      query: { from: String(from), to: String(to), after: position },
    });

  it('are the same to the byte, in meaning, or differ', async () => {
    expect(await compare(1, 1)).to.deep.include({ identical: 'bytes', semantic: [], hunks: [] });
    const meaning = await compare(1, 2);
    expect(meaning).to.deep.include({ identical: 'meaning', semantic: [], semanticProblem: null });
    expect(meaning.hunks).to.not.deep.equal([]);
    expect(await compare(1, 3)).to.include({ identical: null });
  });

  it('are told apart in sentences, and show no secret', async () => {
    const compared = await compare(1, 3);
    expect(compared.semantic).to.deep.equal([
      {
        kind: 'modified',
        path: 'processors.batch.timeout',
        before: '200ms',
        after: '5s',
        sentence: 'batch in pipeline traces now waits 5s instead of 200ms',
      },
      {
        kind: 'modified',
        path: 'exporters.otlp.headers.authorization',
        before: '[REDACTED]',
        after: '[REDACTED]',
        sentence: 'exporter otlp has another headers.authorization (a secret, not shown)',
      },
    ]);
    expect(JSON.stringify(compared)).to.not.match(/first-word|second-word/);
  });

  it('of which one cannot be read say so', async () => {
    const compared = await compare(1, 4);
    expect(compared).to.deep.include({ identical: null, semantic: [] });
    expect(compared.semanticProblem).to.match(/^The right side is no configuration \(line 1\)/);
  });

  it('carry the hash of what they mean once published', async () => {
    const hashOf = async (version: number): Promise<string | null> => {
      const { position } = await api.call('publishVersion', { params: { id, version }, body: {} });
      const { items } = await api.call('getConfiguration', { params: { id }, query: { after: position } });
      return items.find((one) => one.version === version)?.semanticHash ?? null;
    };
    const parsed = parseConfig(text);
    if (!parsed.ok) throw new Error('the text of this test is no configuration');
    const expected = createHash('sha256').update(semanticText(parsed.document)).digest('hex');
    expect(await hashOf(1)).to.equal(expected);
    expect(await hashOf(2)).to.equal(expected);
    expect(await hashOf(3)).to.not.equal(expected);
  });
});

describe('texts that take too long to compare', () => {
  it('come back with the reason, from a thread of their own', async () => {
    const checker = createTextChecker({ threads: 1, timeLimitMs: 1 });
    try {
      const left = Array.from({ length: 20_000 }, (_, index) => `key${index}: {a: 1}\n`).join('');
      const compared = await checker.compare({ kind: 'versions', left, right: `${left}more: 1\n` });
      expect(compared).to.deep.include({ left: null, right: null, semantic: [], identical: null });
      expect(compared.semanticProblem).to.match(/^The texts cannot be compared\. It takes longer/);
    } finally {
      await checker.close();
    }
  });
});

describe('an agent compared with what it was given', () => {
  it('has something to compare only once it has both', async () => {
    const api = await startApi();
    try {
      const after = await api.given(agentStream, enrolled(0x1807n));
      const compared = await api.call('compareAgentConfig', { params: { id: agentId }, query: { after } });
      expect(compared).to.deep.include({ semantic: [], identical: null, semanticProblem: null });
    } finally {
      await api.stop();
    }
  });
});
