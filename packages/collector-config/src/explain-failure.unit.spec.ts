import { expect } from 'chai';

import { explainFailure } from './explain-failure.ts';
import { readFixture } from './read-fixture.spec.ts';

const exited = 'Agent exited unexpectedly with exit code 1 while applying configuration';
const small =
  'receivers: {nop: }\nexporters: {nop: {a: 1}}\nservice: {pipelines: {logs: {receivers: [nop], exporters: [nop]}}}\n';

function codes(
  statusText: string,
  assignedText: string,
  availableComponents?: Record<string, Record<string, unknown>>,
): readonly string[] {
  const failure = {
    statusText,
    assignedText,
    ...(availableComponents === undefined ? {} : { availableComponents }),
  };
  return explainFailure(failure).map((finding) => `${finding.line} ${finding.code} ${finding.path}`.trim());
}

describe('a failure that the agent does not explain', () => {
  it('is explained by a broken reference', () => {
    expect(codes(exited, small.replace('exporters: [nop]', 'exporters: [nope]'))).to.deep.equal([
      '3 reference/undefined-exporter service.pipelines.logs.exporters[0]',
      '1 failure/exited',
    ]);
  });

  it('is explained by components that the build lacks', () => {
    const build = {
      receivers: { otlp: {} },
      processors: {},
      exporters: { otlp: {}, debug: {} },
      extension: { health_check: {} },
    };
    expect(codes(exited, readFixture('gateway.yaml'), build)).to.deep.equal([
      '13 component/not-in-build processors.memory_limiter',
      '17 component/not-in-build processors.batch',
      '18 component/not-in-build processors.batch/large',
      '2 failure/exited',
    ]);
  });

  it('stays unexplained when nothing is wrong, with a hint to values from the host', () => {
    expect(codes(exited, small)).to.deep.equal(['1 failure/exited', '1 failure/unexplained']);
    const hinted = explainFailure({
      statusText: '',
      assignedText: small.replace('a: 1', 'a: "${env:TOKEN}"'),
    });
    expect(hinted.map((finding) => finding.path)).to.deep.equal(['exporters.nop.a']);
    expect(hinted[0]?.message).to.contain('exporters.nop.a');
  });
});

describe('a failure that the agent explains', () => {
  it('points to the endpoint whose port is taken', () => {
    expect(
      codes('listen tcp 127.0.0.1:13133: bind: address already in use', readFixture('gateway.yaml')),
    ).to.deep.equal(['43 failure/port-in-use extensions.health_check.endpoint']);
    expect(codes('bind: address already in use', small)).to.deep.equal(['1 failure/port-in-use']);
  });

  it('points to the keys that the build does not know', () => {
    expect(
      codes("'exporters' error reading configuration for \"nop\": '' has invalid keys: a, gone", small),
    ).to.deep.equal(['2 failure/invalid-key exporters.nop.a', '1 failure/invalid-key']);
  });

  it('points to the place of a syntax error', () => {
    expect(codes('yaml: line 3: mapping values are not allowed', 'a: 1\nb: c: d\n')).to.deep.equal([
      '2 syntax',
    ]);
  });

  it("never repeats the agent's words", () => {
    const findings = explainFailure({
      statusText: 'open /x: permission denied, token=hunter2',
      assignedText: small,
    });
    expect(findings.map((finding) => finding.code)).to.deep.equal(['failure/permission-denied']);
    expect(JSON.stringify(findings)).not.to.contain('hunter2');
  });
});
