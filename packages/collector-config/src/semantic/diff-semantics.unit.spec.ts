import { expect } from 'chai';
import fc from 'fast-check';

import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigMap } from '../config-value.ts';
import type { ConfigPath } from '../config-path.ts';
import { parseConfig } from '../parse-config.ts';
import { readFixture } from '../read-fixture.spec.ts';
import { diffSemantics } from './diff-semantics.ts';
import type { SemanticChange } from './semantic-change.ts';
import { semanticText } from './semantic-text.ts';

function rootOf(yaml: string): { readonly root: ConfigMap } {
  const parsed = parseConfig(yaml);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.document;
}

const base = `receivers:
  otlp:
processors:
  batch: {timeout: 200ms}
  memory_limiter: {limit_mib: 512}
  attributes/eu: {actions: [{key: region, value: eu}, {key: zone, value: a}]}
exporters:
  debug:
  otlp/eu: {endpoint: "eu:4317", headers: {authorization: first}}
extensions:
  health_check:
service:
  extensions: [health_check]
  pipelines:
    traces: {receivers: [otlp], processors: [memory_limiter, attributes/eu, batch], exporters: [otlp/eu, debug]}
    logs: {receivers: [otlp], processors: [memory_limiter], exporters: [debug]}
`;

function changesBy(change: (text: string) => string): readonly SemanticChange[] {
  const text = change(base);
  expect(text).to.not.equal(base);
  return diffSemantics(rootOf(base), rootOf(text));
}

describe('the semantic diff', () => {
  const cases: readonly (readonly [
    what: string,
    change: (text: string) => string,
    expected: readonly Partial<SemanticChange>[],
  ])[] = [
    ['nothing for layout', (text) => text.replaceAll('{', '{ ').replaceAll('\n', ' # x\n'), []],
    [
      'nothing for another order of exporters',
      (text) => text.replace('[otlp/eu, debug]', '[debug, otlp/eu]'),
      [],
    ],
    [
      'a changed setting',
      (text) => text.replace('200ms', '5s'),
      [
        {
          kind: 'modified',
          path: 'processors.batch.timeout',
          before: '200ms',
          after: '5s',
          sentence: 'batch in pipeline traces now waits 5s instead of 200ms',
        },
      ],
    ],
    [
      'a component that a pipeline no longer names',
      (text) => text.replace('[otlp/eu, debug]', '[debug]'),
      [
        {
          kind: 'removed',
          path: 'service.pipelines.traces.exporters[0]',
          before: 'otlp/eu',
          after: null,
          sentence: 'exporter otlp/eu is no longer used by traces',
        },
      ],
    ],
    [
      'one move for a processor that goes to another pipeline',
      (text) =>
        text
          .replace('[memory_limiter, attributes/eu, batch]', '[memory_limiter, batch]')
          .replace('[memory_limiter], exp', '[memory_limiter, attributes/eu], exp'),
      [
        {
          kind: 'moved',
          path: 'service.pipelines.logs.processors[1]',
          from: ['service', 'pipelines', 'traces', 'processors', 1],
          sentence: 'processor attributes/eu moved from pipeline traces to logs',
        },
      ],
    ],
    [
      'one move for a processor that goes to another place',
      (text) =>
        text.replace('[memory_limiter, attributes/eu, batch]', '[batch, memory_limiter, attributes/eu]'),
      [
        {
          kind: 'moved',
          path: 'service.pipelines.traces.processors[0]',
          sentence: 'processor batch in pipeline traces is now 1st instead of 3rd',
        },
      ],
    ],
    [
      'a new pipeline as a whole',
      (text) => `${text}    metrics: {receivers: [otlp], exporters: [debug]}\n`,
      [
        {
          kind: 'added',
          path: 'service.pipelines.metrics',
          sentence: 'pipeline metrics is new (otlp → debug)',
        },
      ],
    ],
    [
      'a component that is gone',
      (text) => text.replace('  debug:\n', ''),
      [{ kind: 'removed', path: 'exporters.debug', sentence: 'exporter debug is gone' }],
    ],
    [
      'a component that is new and idle',
      (text) => text.replace('  debug:\n', '  debug:\n  nop:\n'),
      [{ kind: 'added', path: 'exporters.nop', sentence: 'exporter nop is new, and nothing uses it' }],
    ],
    [
      'an item of a list',
      (text) => text.replace('value: a}', 'value: b}'),
      [
        {
          kind: 'modified',
          path: 'processors.attributes/eu.actions[1].value',
          sentence: 'attributes/eu in pipeline traces now has actions[1].value b instead of a',
        },
      ],
    ],
    [
      'an entry put before others as one',
      (text) => text.replace('actions: [', 'actions: [{key: k, value: v}, '),
      [
        {
          kind: 'added',
          path: 'processors.attributes/eu.actions[0]',
          after: '{"key":"k","value":"v"}',
          sentence: 'attributes/eu in pipeline traces now sets actions[0] to 2 settings',
        },
      ],
    ],
    [
      'a secret without showing it',
      (text) => text.replace('first', 'second'),
      [
        {
          kind: 'modified',
          before: '[REDACTED]',
          after: '[REDACTED]',
          sentence: 'exporter otlp/eu has another headers.authorization (a secret, not shown)',
        },
      ],
    ],
    [
      'credentials in an address without showing them',
      (text) => text.replace('"eu:4317"', '"https://me:word@eu:4317"'),
      [{ kind: 'modified', before: 'eu:4317', after: 'https://[REDACTED]@eu:4317' }],
    ],
    [
      'an extension that is switched off',
      (text) => text.replace('[health_check]', '[]'),
      [
        {
          kind: 'removed',
          path: 'service.extensions[0]',
          sentence: 'extension health_check is no longer used',
        },
      ],
    ],
  ];
  for (const [what, change, expected] of cases)
    it(`shows ${what}`, () => {
      const changes = changesBy(change);
      expect(changes).to.have.length(expected.length);
      for (const [index, part] of expected.entries()) expect(changes[index]).to.deep.include(part);
    });

  it('does not depend on the order of keys', () => {
    const sorted = (value: ConfigValue): ConfigValue =>
      isConfigMap(value)
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([key, one]) => [key, sorted(one)]),
          )
        : value;
    const [before, after] = [rootOf(readFixture('edge.yaml')), rootOf(readFixture('gateway.yaml'))];
    const turned = { root: sorted(after.root) as ConfigMap };
    const pathsOf = (changes: readonly SemanticChange[]): readonly string[] =>
      changes.map((one) => one.sentence);
    expect(pathsOf(diffSemantics(before, turned))).to.deep.equal(pathsOf(diffSemantics(before, after)));
  });
});

const scalar = fc.oneof(
  fc.constantFrom('otlp', 'batch', ' batch', 'debug', '1s', '1000ms', '1m', '', '${env:A}', '1'),
  fc.constantFrom(0, 1, 1.5, true, false, null),
);
const key = fc.constantFrom('otlp', 'batch', 'a', 'timeout', 'headers', 'token', '__proto__');
const anything = fc.letrec<{ any: ConfigValue }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<ConfigValue>,
  ),
})).any;
const ids = fc.array(fc.constantFrom('otlp', 'batch', ' batch', 'debug', 'forward'), { maxLength: 5 });
const pipeline = fc.record(
  { receivers: fc.oneof(ids, anything), processors: fc.oneof(ids, ids, anything), exporters: ids },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<ConfigValue>;
const config = fc.record(
  {
    receivers: anything,
    processors: anything,
    connectors: anything,
    service: fc.oneof(
      fc.record(
        {
          extensions: fc.oneof(ids, anything),
          pipelines: fc.oneof(
            fc.dictionary(fc.constantFrom('traces', 'logs'), fc.oneof(pipeline, anything), {
              noNullPrototype: true,
            }),
            anything,
          ),
          telemetry: anything,
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
      anything,
    ),
    other: anything,
  },
  { requiredKeys: [], noNullPrototype: true },
) as unknown as fc.Arbitrary<ConfigMap>;

function valueAt(root: ConfigValue, path: ConfigPath): ConfigValue | undefined {
  return path.reduce<ConfigValue | undefined>(
    (value, segment) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, segment)
        ? (value as ConfigMap)[segment]
        : undefined,
    root,
  );
}

describe('laws of the semantic diff', () => {
  it('nothing changed between a configuration and itself', () => {
    fc.assert(
      fc.property(config, (root) => diffSemantics({ root }, { root: structuredClone(root) }).length === 0),
    );
  });

  it('it is empty exactly when the semantic texts are equal', () => {
    fc.assert(
      fc.property(config, config, (before, after) => {
        const isEqual = semanticText({ root: before }) === semanticText({ root: after });
        expect(diffSemantics({ root: before }, { root: after }).length === 0).to.equal(isEqual);
      }),
      { numRuns: 1000 },
    );
  });

  it('what changed exists on the side that it names', () => {
    fc.assert(
      fc.property(config, config, (before, after) => {
        for (const change of diffSemantics({ root: before }, { root: after })) {
          expect(change.from === null).to.equal(change.kind === 'added');
          expect(change.to === null).to.equal(change.kind === 'removed');
          if (change.from !== null) expect(valueAt(before, change.from)).to.not.equal(undefined);
          if (change.to !== null) expect(valueAt(after, change.to)).to.not.equal(undefined);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
