import fc from 'fast-check';

import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap } from '../config-value.ts';
import { renderFlow, renderKey, renderScalar } from './render-yaml.ts';

/** Writes a model as YAML in every manner that people have: each choice is drawn. */
export function write(model: ConfigMap, draw: (choices: number) => number): string {
  const eol = draw(4) === 0 ? '\r\n' : '\n';
  const step = [2, 2, 4, 3][draw(4)] ?? 2;
  const comment = (): string => (draw(5) === 0 ? '  # why' : draw(6) === 0 ? ' ' : '');
  const between = (indent: number): readonly string[] =>
    draw(8) === 0 ? [''] : draw(8) === 0 ? [`${' '.repeat(indent)}# about the next`] : [];
  const key = (name: string): string => renderKey(name, false, draw(6) === 0 ? "'" : '');
  const isBlock = (value: ConfigValue): boolean =>
    draw(3) > 0 && typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  const inline = (value: ConfigValue): string => {
    if (isConfigList(value) && value.length > 0 && draw(4) === 0)
      return `[ ${value.map((one) => inline(one)).join(' , ')}${draw(2) === 0 ? ',' : ''} ]`;
    if (typeof value === 'string') return renderScalar(value, true, draw(4) === 0 ? "'" : '');
    return renderFlow(value);
  };
  const lines = (value: ConfigValue, indent: number): readonly string[] => {
    const pad = ' '.repeat(indent);
    if (isConfigMap(value))
      return Object.entries(value).flatMap(([name, one]) => [
        ...between(indent),
        ...withHead(`${pad}${key(name)}:`, one, indent),
      ]);
    return (value as readonly ConfigValue[]).flatMap((one) => {
      if (isConfigMap(one) && isBlock(one) && draw(2) === 0) {
        const [first = '', ...rest] = Object.entries(one).flatMap(([name, inner]) =>
          withHead(`${pad}  ${key(name)}:`, inner, indent + 2),
        );
        return [...between(indent), `${pad}- ${first.trimStart()}`, ...rest];
      }
      return [...between(indent), ...withHead(`${pad}-`, one, indent)];
    });
  };
  const withHead = (head: string, value: ConfigValue, indent: number): readonly string[] => {
    if (value === null && draw(2) === 0) return [head + comment()];
    if (isBlock(value)) {
      const inner = isConfigList(value) && head.endsWith(':') && draw(2) === 0 ? indent : indent + step;
      return [head + comment(), ...lines(value, inner)];
    }
    if (typeof value === 'string' && /^\w+\n\w+\n$/.test(value))
      return [
        `${head} |${comment()}`,
        ...value
          .trimEnd()
          .split('\n')
          .map((line) => ' '.repeat(indent + step) + line),
      ];
    return [`${head} ${inline(value)}${comment()}`];
  };
  return ['# top', ...lines(model, 0)].join(eol) + (draw(4) === 0 ? '' : eol);
}

/** A source of choices that a seed decides. */
export function drawer(seed: number): (choices: number) => number {
  let state = seed >>> 0 || 1;
  return (choices) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % choices;
  };
}

const word = fc.constantFrom(
  'a',
  'b',
  'endpoint',
  'batch/x',
  'true',
  '1',
  '',
  'a: b',
  '#x',
  "it's",
  'two\nlines\n',
  '${env:A}',
  '- a',
  'x, y]',
);
const scalar = fc.oneof(word, fc.constantFrom(0, 1.5, -3, true, false, null));
export const settings = fc.letrec<{ any: ConfigValue }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    scalar,
    scalar,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c.d', 'x y', '1'), tie('any'), {
      maxKeys: 3,
      noNullPrototype: true,
    }) as fc.Arbitrary<ConfigValue>,
  ),
})).any;
export const id = fc.constantFrom('otlp', 'batch', 'batch/x', 'debug', 'forward');
export const ids = fc.array(id, { maxLength: 4 });
const section = fc.oneof(
  fc.dictionary(id, fc.oneof(settings, fc.constant(null)), { maxKeys: 3, noNullPrototype: true }),
  fc.constant(null),
) as fc.Arbitrary<ConfigValue>;
const pipeline = fc.oneof(
  fc.record(
    { receivers: ids, processors: fc.oneof(ids, fc.constant(null)), exporters: ids },
    { requiredKeys: [], noNullPrototype: true },
  ),
  fc.constant(null),
) as fc.Arbitrary<ConfigValue>;
export const model = fc.record(
  {
    receivers: section,
    processors: section,
    exporters: section,
    connectors: section,
    service: fc.record(
      {
        extensions: ids,
        pipelines: fc.dictionary(fc.constantFrom('traces', 'logs', 'logs/2'), pipeline, {
          noNullPrototype: true,
        }),
        telemetry: settings,
      },
      { requiredKeys: ['pipelines'], noNullPrototype: true },
    ),
  },
  { requiredKeys: ['receivers', 'service'], noNullPrototype: true },
) as unknown as fc.Arbitrary<ConfigMap>;
