import { expect } from 'chai';

import { parseConfig } from './parse-config.ts';
import { readFixture } from './read-fixture.spec.ts';
import { summarizeConfig } from './summarize-config.ts';
import type { ConfigSummary } from './summarize-config.ts';

function summaryOf(text: string): ConfigSummary {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error('does not parse');
  return summarizeConfig(parsed.document);
}

describe('the summary of a configuration', () => {
  it('has its pipelines, counts and endpoints', () => {
    const summary = summaryOf(readFixture('gateway.yaml'));
    expect(summary.pipelines[1]).to.deep.equal({
      id: 'traces/out',
      signal: 'traces',
      name: 'out',
      receivers: ['forward'],
      processors: [],
      exporters: ['otlp/backend', 'debug'],
    });
    expect(summary.counts).to.deep.equal({
      receivers: 1,
      processors: 3,
      exporters: 2,
      connectors: 1,
      extensions: 1,
    });
    expect(summary.extensions).to.deep.equal(['health_check']);
    expect(summary.endpoints).to.deep.equal([
      { exporter: 'otlp/backend', endpoint: '${env:BACKEND_ENDPOINT:-127.0.0.1:4399}' },
    ]);
    expect(summary.unused).to.deep.equal([]);
  });

  it('names what is defined and not used, and shows no password', () => {
    const summary = summaryOf(
      'receivers: {nop: }\nexporters: {otlp_http: {endpoint: "https://me:hunter2@host:1/x@y"}}\n',
    );
    expect(summary.unused).to.deep.equal([
      { section: 'receivers', id: 'nop' },
      { section: 'exporters', id: 'otlp_http' },
    ]);
    expect(summary.endpoints).to.deep.equal([{ exporter: 'otlp_http', endpoint: 'https://host:1/x@y' }]);
  });

  it('of a configuration of odd shapes is empty, not an exception', () => {
    expect(summaryOf('service: 5\nreceivers: [a]\nexporters: x\n').pipelines).to.deep.equal([]);
  });
});
