import { expect } from 'chai';
import fc from 'fast-check';

import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap } from '../config-value.ts';
import { drawer, model, write } from '../editing/write-anyhow.spec.ts';
import { parseConfig } from '../parse-config.ts';
import { readFixture } from '../read-fixture.spec.ts';
import { semanticText } from './semantic-text.ts';

function textOf(yaml: string): string {
  const parsed = parseConfig(yaml);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return semanticText(parsed.document);
}

const base = `
receivers:
  otlp:
processors:
  batch: {timeout: 1s, send_batch_size: 1000}
  memory_limiter: {limit_mib: 512}
exporters:
  debug: {verbosity: detailed}
  otlp/eu: {endpoint: "eu:4317", headers: {x-window: 1m}}
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [debug, otlp/eu]
`;

describe('the semantic text', () => {
  const same: readonly (readonly [string, (text: string) => string])[] = [
    ['comments and blank lines', (text) => text.replaceAll('\n', ' # why\n\n')],
    ['line ends', (text) => text.replaceAll('\n', '\r\n')],
    ['quotes', (text) => text.replace('[otlp]', `['otlp']`).replace('"eu:4317"', `'eu:4317'`)],
    [
      'key order',
      (text) => text.replace('timeout: 1s, send_batch_size: 1000', 'send_batch_size: 1_000, timeout: 1s'),
    ],
    ['how a duration is written', (text) => text.replace('timeout: 1s', 'timeout: 1000ms')],
    ['how a number is written', (text) => text.replace('limit_mib: 512', 'limit_mib: 0x200')],
    ['the case of a fixed name', (text) => text.replace('detailed', 'Detailed')],
    ['the order of exporters', (text) => text.replace('[debug, otlp/eu]', '[otlp/eu, debug]')],
    ['an empty mapping for nothing', (text) => text.replace('otlp:\n', 'otlp: {}\n')],
  ];
  for (const [what, change] of same)
    it(`stays when only ${what} change`, () => {
      expect(change(base)).to.not.equal(base);
      expect(textOf(change(base))).to.equal(textOf(base));
    });

  it('does not see whether a value was written out, aliased or merged', () => {
    const shared = 'exporters:\n  a: &a {timeout: 1s, b: 2}\n  c: *a\n  d:\n    <<: *a\n    b: 3\n';
    const plain =
      'exporters:\n  a: {timeout: 1s, b: 2}\n  c: {timeout: 1s, b: 2}\n  d: {timeout: 1s, b: 3}\n';
    expect(textOf(shared)).to.equal(textOf(plain));
  });

  const different: readonly (readonly [string, (text: string) => string])[] = [
    ['the order of processors', (text) => text.replace('[memory_limiter, batch]', '[batch, memory_limiter]')],
    ['a number', (text) => text.replace('512', '513')],
    ['a duration', (text) => text.replace('timeout: 1s', 'timeout: 1001ms')],
    [
      'a text that looks like a duration and is none',
      (text) => text.replace('x-window: 1m', 'x-window: 60s'),
    ],
    ['a text for a number', (text) => text.replace('send_batch_size: 1000', 'send_batch_size: "1000"')],
    ['a key', (text) => text.replace('limit_mib', 'limit_percentage')],
    [
      'a component that nothing uses',
      (text) => text.replace('exporters:\n', 'exporters:\n  debug/unused:\n'),
    ],
    ['what a pipeline names', (text) => text.replace('[debug, otlp/eu]', '[debug]')],
  ];
  for (const [what, change] of different)
    it(`changes with ${what}`, () => {
      expect(change(base)).to.not.equal(base);
      expect(textOf(change(base))).to.not.equal(textOf(base));
    });

  it('of our fixtures are four different ones', () => {
    const names = ['gateway.yaml', 'gateway.effective.yaml', 'edge.yaml', 'edge.effective.yaml'];
    expect(new Set(names.map((name) => textOf(readFixture(name)))).size).to.equal(4);
  });
});

describe('laws of the semantic text', () => {
  const seed = fc.integer({ min: 1, max: 0x7fffffff });

  it('one model has one text, however it is written', () => {
    fc.assert(
      fc.property(model, seed, seed, (root, left, right) => {
        const turned = reversed(root) as ConfigMap;
        expect(textOf(write(turned, drawer(right)))).to.equal(textOf(write(root, drawer(left))));
      }),
      { numRuns: 500 },
    );
  });

  it('a value that is written once, or aliased wherever it stands again, has one text', () => {
    fc.assert(
      fc.property(model, seed, (root, at) => {
        const twice = { ...root, first: root['service'] ?? null, second: root['service'] ?? null };
        const plain = write(twice, drawer(at));
        const aliased = plain
          .replace(/^(["']?first["']?:)/m, '$1 &shared')
          .replace(/^["']?second["']?:[^]*$/m, 'second: *shared');
        // Anchors go before a value on the same line or on the next; both are read.
        expect(textOf(aliased)).to.equal(textOf(plain));
      }),
      { numRuns: 300 },
    );
  });

  it('any scalar that becomes another changes it', () => {
    fc.assert(
      fc.property(model, fc.nat(), (root, pick) => {
        const leaves = countLeaves(root);
        if (leaves === 0) return;
        const changed = withLeaf(root, { left: pick % leaves }) as ConfigMap;
        expect(semanticText({ root: changed })).to.not.equal(semanticText({ root }));
      }),
      { numRuns: 1000 },
    );
  });
});

function reversed(value: ConfigValue): ConfigValue {
  if (isConfigList(value)) return value.map(reversed);
  if (!isConfigMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, one]) => [key, reversed(one)]),
  );
}

function countLeaves(value: ConfigValue): number {
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce((sum: number, one: ConfigValue) => sum + countLeaves(one), 0);
}

/** The model with one scalar, counted from the start, made another. */
function withLeaf(value: ConfigValue, at: { left: number }): ConfigValue {
  if (isConfigList(value)) return value.map((one) => withLeaf(one, at));
  if (isConfigMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withLeaf(one, at)]));
  return at.left-- === 0 ? `other than ${String(value)}` : value;
}
