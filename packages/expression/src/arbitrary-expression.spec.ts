import fc from 'fast-check';
import type { EvaluationContext } from './evaluation-context.ts';
import type { ComparisonOperator, Expression, LiteralValue, PathStep } from './syntax-tree.ts';
import type { Value } from './value.ts';

const nowhere = { from: 0, to: 0 } as const;

const step = (key: string, bracketed = false): PathStep => ({ key, bracketed, ...nowhere });
const path = (...steps: readonly PathStep[]): Expression => ({ kind: 'path', steps, ...nowhere });
const literal = (value: LiteralValue): Expression => ({ kind: 'literal', literal: value, ...nowhere });

const someText = fc.oneof(
  fc.constantFrom(
    'prod',
    'stage',
    '',
    '8',
    '60s',
    'a.b',
    'it',
    "o'clock",
    'back\\slash',
    'quote"',
    '^p',
    'ünï🙂',
  ),
  fc.string({ maxLength: 6, unit: 'binary' }),
);

const literals: fc.Arbitrary<LiteralValue> = fc.oneof(
  fc.constant<LiteralValue>({ type: 'null' }),
  fc.boolean().map((value): LiteralValue => ({ type: 'boolean', value })),
  fc
    .oneof(fc.integer({ min: -20, max: 20 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
    .map((value): LiteralValue => ({ type: 'number', value: value + 0 })),
  someText.map((value): LiteralValue => ({ type: 'string', value })),
  fc.constantFrom<LiteralValue>(
    { type: 'duration', text: '60s', nanoseconds: 60e9 },
    { type: 'duration', text: '1m30s', nanoseconds: 90e9 },
    { type: 'duration', text: '-5ms', nanoseconds: -5e6 },
  ),
);

const paths: fc.Arbitrary<Expression> = fc.oneof(
  fc.constantFrom(
    path(step('env')),
    path(step('service'), step('name')),
    path(step('service')),
    path(step('zone')),
    path(step('it')),
    path(step('e'), step('type')),
    path(step('type')),
    path(step('agent'), step('capabilities')),
    path(step('agent'), step('description'), step('service.name', true)),
    path(step('agent'), step('description')),
    path(step('config'), step('exporters')),
    path(step('config'), step('exporters'), step('0', true), step('props'), step('on')),
    path(step('config'), step('interval')),
    path(step('config'), step('pipelines'), step('a key', true)),
    path(step('config'), step('count')),
  ),
);

const operators: readonly ComparisonOperator[] = ['=', '!=', '<', '<=', '>', '>='];
const names = fc.constantFrom(null, 'e', 'x');

/** Trees of every kind, small enough to read when a law fails. */
export const expressions: fc.Arbitrary<Expression> = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    literals.map(literal),
    paths,
    tie('node').map((operand): Expression => ({ kind: 'not', operand, ...nowhere })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, operands]): Expression => ({ kind, operands, ...nowhere })),
    fc
      .tuple(fc.constantFrom(...operators), tie('node'), tie('node'))
      .map(([operator, left, right]): Expression => ({
        kind: 'comparison',
        operator,
        left,
        right,
        ...nowhere,
      })),
    fc
      .tuple(tie('node'), fc.array(tie('node'), { minLength: 1, maxLength: 3 }))
      .map(([left, items]): Expression => ({ kind: 'in', left, items, ...nowhere })),
    fc
      .tuple(tie('node'), fc.constantFrom('^p', 'o', 'a.b', '[0-9]+$', "it's", '\\.', ''))
      .map(([left, pattern]): Expression => ({
        kind: 'matches',
        left,
        pattern,
        patternSpan: nowhere,
        ...nowhere,
      })),
    fc
      .tuple(
        fc.option(tie('node'), { nil: null }),
        fc.constantFrom('env', 'service.name', 'type', 'a key', 'and'),
      )
      .map(([target, key]): Expression => ({ kind: 'has-key', target, key, ...nowhere })),
    fc
      .tuple(fc.constantFrom('any' as const, 'all' as const), tie('node'), names, tie('node'))
      .map(([kind, list, name, condition]): Expression => ({ kind, list, name, condition, ...nowhere })),
    fc
      .tuple(fc.constantFrom('len', 'lower', 'keys', 'number', 'duration', 'host'), tie('node'))
      .map(([name, argument]): Expression => ({
        kind: 'call',
        name,
        nameSpan: nowhere,
        args: [argument],
        ...nowhere,
      })),
    fc
      .tuple(fc.constantFrom('contains', 'starts-with', 'coalesce'), tie('node'), tie('node'))
      .map(([name, ...args]): Expression => ({
        kind: 'call',
        name,
        nameSpan: nowhere,
        args: name === 'coalesce' ? args.slice(0, 2) : args,
        ...nowhere,
      })),
  ),
})).node;

const scalars: fc.Arbitrary<Value> = fc.oneof(
  someText,
  fc.integer({ min: -9, max: 9 }),
  fc.boolean(),
  fc.constant(null),
);

/** Contexts in which the paths of {@link expressions} lead somewhere, often. */
export const contexts: fc.Arbitrary<EvaluationContext> = fc
  .record({
    labels: fc.dictionary(fc.constantFrom('env', 'service.name', 'zone', 'service', 'a key'), someText),
    capabilities: fc.array(fc.constantFrom('prod', 'AcceptsRemoteConfig', 'a.b'), { maxLength: 3 }),
    exporters: fc.array(
      fc.record({
        type: fc.constantFrom('otlp', 'debug', 'prod'),
        props: fc.dictionary(fc.constantFrom('on', 'type'), scalars),
      }),
      { maxLength: 3 },
    ),
    interval: fc.oneof(fc.constantFrom('30s', '90s', 'soon'), scalars),
    pipelines: fc.dictionary(fc.constantFrom('a key', 'traces'), scalars),
    count: scalars,
  })
  .map(({ labels, capabilities, exporters, interval, pipelines, count }) => ({
    roots: {
      agent: { description: labels, capabilities },
      config: { exporters, interval, pipelines, count },
    },
    bare: labels,
  }));

/** The tree without its places. */
export function withoutPlaces(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPlaces);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !['from', 'to', 'nameSpan', 'patternSpan'].includes(key))
      .map(([key, value]) => [key, withoutPlaces(value)]),
  );
}
