import { expect } from 'chai';

import { parseConfig } from '../parse-config.ts';
import type { BuiltInLintSetting } from './check-built-in-rules.ts';
import { builtInLintRules, checkBuiltInRules } from './check-built-in-rules.ts';

function lint(text: string, settings?: readonly BuiltInLintSetting[]): readonly string[] {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return checkBuiltInRules(parsed.document, settings).map(
    ({ line, column, endColumn, severity, code, path }) =>
      `${line}:${column}-${endColumn} ${severity} ${code.replace('lint/', '')} ${path}`,
  );
}

const exporter = (settings: string): string => `exporters:\n  otlp: ${settings}\n`;
const pipeline = (body: string): string => `service:\n  pipelines:\n    traces: {${body}}\n`;

describe('an exporter with tls.insecure', () => {
  const at = 'tls-insecure exporters.otlp.tls.insecure';
  const cases: readonly (readonly [name: string, settings: string, expected: readonly string[]])[] = [
    ['to another host', '{endpoint: "b:1", tls: {insecure: true}}', [`2:43-47 error ${at}`]],
    ['to a host by URL', '{endpoint: "http://b:1/x", tls: {insecure: true}}', [`2:52-56 error ${at}`]],
    ['to a host by resolver', '{endpoint: "dns:///b:1", tls: {insecure: true}}', [`2:50-54 error ${at}`]],
    ['to every interface', '{endpoint: "0.0.0.0:1", tls: {insecure: true}}', [`2:49-53 error ${at}`]],
    ['to localhost', '{endpoint: "localhost:1", tls: {insecure: true}}', []],
    ['to 127.0.0.1 by URL', '{endpoint: "http://127.0.0.1:4318/v1", tls: {insecure: true}}', []],
    ['to ::1', '{endpoint: "[::1]:1", tls: {insecure: true}}', []],
    [
      'to a name that starts like localhost',
      '{endpoint: "localhost.evil:1", tls: {insecure: true}}',
      [`2:56-60 error ${at}`],
    ],
    [
      'to what only the host knows',
      '{endpoint: "${env:B}", tls: {insecure: true}}',
      [`2:48-52 warning ${at}`],
    ],
    [
      'to a known host and a port that only the host knows',
      '{endpoint: "b:${env:P}", tls: {insecure: true}}',
      [`2:50-54 error ${at}`],
    ],
    ['to a default of localhost', '{endpoint: "${env:B:-localhost:1}", tls: {insecure: true}}', []],
    ['to a default elsewhere', '{endpoint: "${env:B:-b:1}", tls: {insecure: true}}', [`2:53-57 error ${at}`]],
    ['that is off', '{endpoint: "b:1", tls: {insecure: false}}', []],
    [
      'inside a protocol',
      '{protocol: {otlp: {tls: {insecure: true}}}, resolver: {dns: {hostname: b}}}',
      ['2:44-48 error tls-insecure exporters.otlp.protocol.otlp.tls.insecure'],
    ],
  ];
  for (const [name, settings, expected] of cases)
    it(`has its finding: ${name}`, () => {
      expect(lint(exporter(settings))).to.deep.equal(expected);
    });
});

describe('a listener', () => {
  const receiver = (line: string): string => `receivers:\n  otlp:\n    protocols:\n      grpc:\n${line}\n`;
  const found = ['5:19-31 error open-listener receivers.otlp.protocols.grpc.endpoint'];
  const cases: readonly (readonly [name: string, line: string, expected: readonly string[]])[] = [
    ['on 0.0.0.0', '        endpoint: 0.0.0.0:4317', found],
    ['on [::]', '        endpoint: "[::]:99999"', found],
    ['on a bare port', '        endpoint: ":123456789"', []],
    [
      'on a bare port of five digits',
      '        endpoint: ":4317"',
      ['5:19-26 error open-listener receivers.otlp.protocols.grpc.endpoint'],
    ],
    ['on one address', '        endpoint: 10.0.0.1:4317', []],
    ['on what only the host knows', '        endpoint: ${env:IP}:4317', []],
    ['allowed on its line', '        endpoint: 0.0.0.0:4317 # ampora: allow 0.0.0.0 in a pod', []],
    ['allowed without a reason', '        endpoint: 0.0.0.0:4317 # ampora: allow 0.0.0.0', found],
    ['with another comment', '        endpoint: 0.0.0.0:4317 # 0.0.0.0 is needed', found],
  ];
  for (const [name, line, expected] of cases)
    it(`has its finding: ${name}`, () => {
      expect(lint(receiver(line))).to.deep.equal(expected);
    });

  it('is allowed by the line above, and not by a line further up', () => {
    const line = '        endpoint: 0.0.0.0:4317';
    expect(lint(receiver(`        # ampora: allow 0.0.0.0 in a pod\n${line}`))).to.deep.equal([]);
    expect(lint(receiver(`        # ampora: allow 0.0.0.0 in a pod\n\n${line}`))).to.have.length(1);
  });

  it('is looked for in extensions, listening exporters and own metrics, not among scrape targets', () => {
    const text = `extensions: {health_check: {endpoint: "0.0.0.0:1"}}
exporters: {prometheus: {endpoint: "0.0.0.0:2"}, otlp: {endpoint: "0.0.0.0:3"}}
receivers: {prometheus: {config: {scrape_configs: [{static_configs: [{targets: ["0.0.0.0:4"]}]}]}}}
service: {telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: 0.0.0.0, port: 1}}}}]}}}
`;
    expect(lint(text).map((one) => one.split(' ').at(-1))).to.deep.equal([
      'extensions.health_check.endpoint',
      'exporters.prometheus.endpoint',
      'service.telemetry.metrics.readers[0].pull.exporter.prometheus.host',
    ]);
  });
});

describe('a pipeline', () => {
  const at = 'service.pipelines.traces';
  const cases: readonly (readonly [name: string, body: string, expected: readonly string[]])[] = [
    ['without exporters', 'receivers: [a]', [`3:5-11 error pipeline-without-exporters ${at}`]],
    ['of exporters that only the host knows', 'exporters: "${env:E}"', []],
    [
      'that ends in debug only',
      'exporters: [debug, debug/2]',
      [`3:26-31 warning debug-only-exporter ${at}.exporters[0]`],
    ],
    ['that ends in debug and another', 'exporters: [debug, otlp]', []],
    [
      'with batch last',
      'processors: [memory_limiter, transform, batch], exporters: [o]',
      [`3:54-59 warning batch-placement ${at}.processors[2]`],
    ],
    [
      'with batch before a sampler',
      'processors: [batch, tail_sampling], exporters: [o]',
      [`3:27-32 warning batch-placement ${at}.processors[0]`],
    ],
    [
      'with batch near the start',
      'processors: [memory_limiter/x, probabilistic_sampler, k8sattributes, batch/y, transform], exporters: [o]',
      [],
    ],
  ];
  for (const [name, body, expected] of cases)
    it(`has its finding: ${name}`, () => {
      expect(lint(pipeline(body))).to.deep.equal(expected);
    });
});

describe('the built-in rules', () => {
  const text = pipeline('exporters: [debug]');

  it('take the severity that a tenant wants, and are silent when switched off', () => {
    const setting = { id: 'debug-only-exporter', severity: 'error', enabled: true } as const;
    expect(lint(text, [setting])[0]).to.match(/ error debug-only-exporter/);
    expect(lint(text, [{ ...setting, enabled: false }])).to.deep.equal([]);
  });

  it('have ids of their own, names and descriptions', () => {
    expect(new Set(builtInLintRules.map(({ id }) => id)).size).to.equal(5);
    for (const { name, description } of builtInLintRules) expect(`${name}${description}`).to.match(/\w.*\./);
  });
});
