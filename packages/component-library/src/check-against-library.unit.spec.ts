import { type Finding, parseConfig } from '@ampora/collector-config';
import { expect } from 'chai';
import fc from 'fast-check';

import { checkAgainstLibrary } from './check-against-library.ts';
import type { ComponentLibrary } from './component-library.ts';
import { defaultRelease, loadRelease } from './releases.ts';

describe('a configuration against the component library', () => {
  let library: ComponentLibrary;

  before(async () => {
    const loaded = await loadRelease(defaultRelease);
    if (loaded === undefined) throw new Error('the default release is not kept');
    library = loaded;
  });

  function check(text: string): readonly Finding[] {
    const parsed = parseConfig(text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return checkAgainstLibrary(parsed.document, library);
  }

  const service = (signal: string, receivers: string, exporters: string): string =>
    `service:\n  pipelines:\n    ${signal}:\n      receivers: [${receivers}]\n      exporters: [${exporters}]\n`;

  it('passes what every component takes', () => {
    const text = `receivers:
  otlp:
    protocols:
      grpc:
      http:
        endpoint: 0.0.0.0:4318
processors:
  batch:
    timeout: 5s
exporters:
  otlp_grpc:
    endpoint: backend:4317
    tls:
      insecure: true
    headers:
      tenant: "7"
${service('traces', 'otlp', 'otlp_grpc')}`;
    expect(check(text)).to.deep.equal([]);
  });

  const faults: readonly {
    readonly what: string;
    readonly text: string;
    readonly finding: Partial<Finding>;
  }[] = [
    {
      what: 'a misspelt setting',
      text: 'processors:\n  batch:\n    timout: 1s\n',
      finding: {
        severity: 'error',
        code: 'schema/unknown-field',
        path: 'processors.batch.timout',
        line: 3,
        column: 5,
        endColumn: 11,
        suggestion: 'timeout',
      },
    },
    {
      what: 'a setting of a component without settings',
      text: 'receivers:\n  nop:\n    anything: 1\n',
      finding: { severity: 'error', code: 'schema/unknown-field', path: 'receivers.nop.anything' },
    },
    {
      what: 'a number in quotes',
      text: 'processors:\n  batch:\n    send_batch_size: "8192"\n',
      finding: {
        severity: 'error',
        code: 'schema/wrong-type',
        path: 'processors.batch.send_batch_size',
        line: 3,
        column: 22,
        suggestion: '8192',
      },
    },
    {
      what: 'a text without quotes that reads as a number',
      text: 'exporters:\n  otlp_grpc:\n    endpoint: 4317\n',
      finding: { severity: 'error', code: 'schema/wrong-type', suggestion: '"4317"' },
    },
    {
      what: 'a duration without a unit that is known',
      text: 'processors:\n  batch:\n    timeout: 5 seconds\n',
      finding: { severity: 'error', code: 'schema/wrong-type', path: 'processors.batch.timeout' },
    },
    {
      what: 'a list in place of a mapping',
      text: 'receivers:\n  otlp:\n    protocols: [grpc]\n',
      finding: { severity: 'error', code: 'schema/wrong-type', path: 'receivers.otlp.protocols' },
    },
    {
      what: 'a word that is not one of a few',
      text: 'exporters:\n  debug:\n    verbosity: detaild\n',
      finding: { severity: 'error', code: 'schema/wrong-type', suggestion: 'detailed' },
    },
    {
      what: 'a setting that only another operator has',
      text: 'receivers:\n  file_log:\n    include: [a]\n    operators:\n      - type: jsn_parser\n',
      finding: {
        severity: 'error',
        code: 'schema/unknown-variant',
        path: 'receivers.file_log.operators[0].type',
        suggestion: 'json_parser',
      },
    },
    {
      what: 'an operator that does not say what it is',
      text: 'receivers:\n  file_log:\n    include: [a]\n    operators:\n      - regex: x\n',
      finding: { severity: 'error', code: 'schema/missing-field', path: 'receivers.file_log.operators[0]' },
    },
    {
      what: 'a scraper that does not exist',
      text: 'receivers:\n  hostmetrics:\n    scrapers:\n      memry:\n',
      finding: { severity: 'error', code: 'schema/unknown-field', suggestion: 'memory' },
    },
    {
      what: 'own telemetry that is not known',
      text: 'service:\n  telemetry:\n    logs:\n      lvel: info\n',
      finding: { severity: 'error', code: 'schema/unknown-field', path: 'service.telemetry.logs.lvel' },
    },
    {
      what: 'a component that needs to be told something',
      text: 'processors:\n  attributes:\n',
      finding: { severity: 'error', code: 'schema/needs-settings', path: 'processors.attributes' },
    },
    {
      what: 'a type that the library does not know',
      text: 'receivers:\n  oltp/in:\n    protocols:\n',
      finding: {
        severity: 'warning',
        code: 'schema/unknown-component',
        path: 'receivers.oltp/in',
        suggestion: 'otlp/in',
      },
    },
    {
      what: 'an older name',
      text: 'exporters:\n  otlp/x:\n    endpoint: a:1\n',
      finding: { severity: 'info', code: 'schema/deprecated', suggestion: 'otlp_grpc/x' },
    },
    {
      what: 'a wrong type in what was written by hand',
      text: 'receivers:\n  zipkin:\n    endpoint: 9411\n',
      finding: { severity: 'warning', code: 'schema/wrong-type' },
    },
    {
      what: 'a misspelt setting of what was written by hand',
      text: 'receivers:\n  zipkin:\n    endpont: a:9411\n',
      finding: { severity: 'info', code: 'schema/unknown-field', suggestion: 'endpoint' },
    },
  ];
  for (const { what, text, finding } of faults)
    it(`finds ${what}`, () => {
      const findings = check(text);
      expect(findings.map(({ code }) => code)).to.deep.equal([finding.code]);
      expect(findings[0]).to.include({ layer: 'schema', ...finding });
    });

  it('is sure of no component that another release lent', async () => {
    const newer = await loadRelease('0.155.0');
    const parsed = parseConfig('receivers:\n  filelog:\n    include: 5\n    start_ta: end\n');
    if (newer === undefined || !parsed.ok) throw new Error('no release or no text');
    const findings = checkAgainstLibrary(parsed.document, newer);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).to.deep.equal([
      'info schema/deprecated',
      'warning schema/wrong-type',
      'info schema/unknown-field',
    ]);
  });

  it('finds a component in a pipeline of a signal that it does not know', () => {
    const text = `receivers:\n  hostmetrics:\n    scrapers: { cpu: }\nexporters:\n  debug:\n${service('traces', 'hostmetrics', 'debug')}`;
    expect(check(text)[0]).to.include({
      severity: 'error',
      code: 'schema/unsupported-signal',
      path: 'service.pipelines.traces.receivers[0]',
    });
  });

  it('finds a connector that cannot join what it stands between', () => {
    const text = `receivers: { nop: }
exporters: { nop: }
connectors: { forward: }
service:
  pipelines:
    traces: { receivers: [nop], exporters: [forward] }
    logs: { receivers: [forward], exporters: [nop] }
`;
    expect(check(text).map(({ code, path }) => `${code} ${path}`)).to.deep.equal([
      'schema/connector-pair service.pipelines.traces.exporters[0]',
      'schema/connector-pair service.pipelines.logs.receivers[0]',
    ]);
  });

  it('says nothing of what only the host of an agent knows', () => {
    const text = `receivers: '\${file:receivers.yaml}'
processors:
  batch: { timeout: '\${env:TIMEOUT}', send_batch_size: '\${env:SIZE:-100}' }
  attributes: '\${env:ATTRIBUTES}'
`;
    expect(check(text)).to.deep.equal([]);
  });

  it('says nothing of settings of components that are not known', () => {
    expect(check('exporters:\n  acme_cloud:\n    anything: [1, { a: 2 }]\n')).to.have.length(1);
  });

  it('never throws, and is done in one look at each value', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('receivers', 'processors', 'exporters', 'connectors', 'extensions', 'service'),
        fc.constantFrom('otlp', 'file_log', 'hostmetrics', 'tail_sampling', 'batch', 'telemetry', 'kafka'),
        fc.jsonValue({ maxDepth: 6 }),
        (section, type, settings) => {
          const parsed = parseConfig(JSON.stringify({ [section]: { [type]: settings } }));
          if (parsed.ok) checkAgainstLibrary(parsed.document, library);
        },
      ),
      { numRuns: 300 },
    );
  });
});
