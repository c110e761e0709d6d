import { expect } from 'chai';

import { parseConfig } from '../parse-config.ts';
import { lintConfig, type LintRuleSetting } from './lint-config.ts';

const text = `receivers:
  hostmetrics:
    collection_interval: 120s
  hostmetrics/fast:
    collection_interval: 10s
  otlp: {}
exporters:
  otlp/a:
    endpoint: a.example.com:4317
    tls:
      insecure: true
  otlp/b:
    endpoint: b.example.com:4317
    sending_queue: {queue_size: 10}
  nop:
service:
  telemetry:
    resource:
      service.name: gateway
  pipelines:
    traces: {receivers: [otlp], exporters: [otlp/a, otlp/b]}
    metrics/x: {receivers: [hostmetrics, hostmetrics/fast], processors: [], exporters: [otlp/b]}
`;

function lint(expression: string, more: Partial<LintRuleSetting> = {}, source = text): readonly string[] {
  const parsed = parseConfig(source);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const builtInsOff = [
    'tls-insecure',
    'pipeline-without-exporters',
    'open-listener',
    'debug-only-exporter',
    'batch-placement',
  ].map((id) => ({ id, enabled: false, severity: 'error' }) as const);
  const rule: LintRuleSetting = {
    id: 'own',
    name: 'Our rule.',
    enabled: true,
    severity: 'warning',
    expression,
    ...more,
  };
  return lintConfig(parsed.document, [...builtInsOff, rule]).map(
    ({ line, severity, code, path, message }) => `${line} ${severity} ${code} ${path} | ${message}`,
  );
}

describe("a tenant's lint rule", () => {
  const tls = 'not props.tls.insecure = true';
  const cases: readonly (readonly [name: string, expression: string, expected: readonly string[]])[] = [
    [
      'all exporters use TLS',
      `all (config.exporters) where ${tls}`,
      [
        `11 warning lint/own exporters.otlp/a.tls.insecure | Our rule: props.tls.insecure = true holds, and should not.`,
      ],
    ],
    [
      'hostmetrics interval at most 60s',
      'all (config.receivers) where type != "hostmetrics" or props.collection_interval <= 60s',
      [
        '3 warning lint/own receivers.hostmetrics.collection_interval | Our rule: props.collection_interval <= 60s does not hold.',
      ],
    ],
    [
      'service.namespace is present',
      'config.yaml.service.telemetry.resource has-key "service.namespace"',
      [
        '18 warning lint/own service.telemetry.resource | Our rule: config.yaml.service.telemetry.resource has-key service.namespace does not hold.',
      ],
    ],
    [
      'a key that is missing, asked with a path',
      'config.yaml.service.telemetry.resource["service.namespace"] != null',
      [
        `18 warning lint/own service.telemetry.resource["service.namespace"] | Our rule: config.yaml.service.telemetry.resource["service.namespace"] != null does not hold.`,
      ],
    ],
    [
      'each pipeline has a processor',
      'all (config.pipelines) where len(processors) > 0',
      [
        '21 warning lint/own service.pipelines.traces.processors | Our rule: len(processors) > 0 does not hold.',
        '22 warning lint/own service.pipelines.metrics/x.processors | Our rule: len(processors) > 0 does not hold.',
      ],
    ],
    [
      'no unused component',
      'not any (config.exporters) where not used',
      ['15 warning lint/own exporters.nop | Our rule: used does not hold.'],
    ],
    [
      'an element of a list of ids',
      'all (config.pipelines) as p where all (p.exporters) where it != "otlp/a"',
      ['21 warning lint/own service.pipelines.traces.exporters[0] | Our rule: it != "otlp/a" does not hold.'],
    ],
    [
      'several parts at once',
      'len(config.extensions) > 0 and config.yaml.service.telemetry.metrics.level = "none"',
      [
        '17 warning lint/own service.telemetry.metrics.level | Our rule: config.yaml.service.telemetry.metrics.level = "none" does not hold.',
        '1 warning lint/own extensions | Our rule: len(config.extensions) > 0 does not hold.',
      ],
    ],
    ['what holds', 'any (config.exporters) where type = "nop" and name = null', []],
  ];
  for (const [name, expression, expected] of cases)
    it(`names the place: ${name}`, () => {
      expect([...lint(expression)].sort()).to.deep.equal([...expected].sort());
    });

  it('counts as broken when it cannot be judged', () => {
    expect(
      lint(
        'all (config.receivers) where props.collection_interval <= 60s',
        {},
        text.replace('120s', '${env:I}'),
      ),
    ).to.deep.equal([
      '1 warning lint/own  | Our rule: it cannot be judged, so it counts as broken. props.collection_interval is the text "${env:I}", not a duration.',
    ]);
    expect(lint('config.exporter = null')[0]).to.match(/The rule "Our rule" has an error: .*exporters/);
  });

  it('says where only the host of the agent knows', () => {
    expect(
      lint(
        'not any (config.receivers) where props.collection_interval matches "env"',
        {},
        text.replace('120s', '${env:I}'),
      )[0],
    ).to.include("holds, and should not, as far as can be seen: ${env:I} is known on the agent's host only.");
  });

  it('is bounded together with all others', () => {
    const slow = 'all (config.yaml.x) where all (config.yaml.x) where it >= 0';
    const parsed = parseConfig(`x: [${'1, '.repeat(1_000)}1]\n${text}`);
    if (!parsed.ok) throw new Error('unreadable');
    const rules = Array.from(
      { length: 200 },
      (_, index) =>
        ({
          id: `r${index}`,
          enabled: true,
          severity: 'error',
          expression: index < 199 ? slow : 'true',
        }) as const,
    );
    const found = lintConfig(parsed.document, rules).filter(({ code }) => code.startsWith('lint/r'));
    expect(found).to.have.length(200);
    for (const { message } of found) expect(message).to.match(/cannot be judged/);
  });

  it('tells why in the words of its maker, and keeps still when disabled', () => {
    expect(lint('false', { description: 'See the runbook.' })[0]).to.match(/See the runbook\.$/);
    expect(lint('false', { enabled: false })).to.deep.equal([]);
  });
});
