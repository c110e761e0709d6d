import { expect } from 'chai';
import fc from 'fast-check';
import { CST, Parser } from 'yaml';

import { componentSections } from '../component-id.ts';
import type { ConfigPath } from '../config-path.ts';
import type { ConfigMap, ConfigValue } from '../config-value.ts';
import { isConfigList, isConfigMap } from '../config-value.ts';
import { parseConfig } from '../parse-config.ts';
import type { ConfigEdit } from './config-edit.ts';
import { editConfig } from './edit-config.ts';
import { isSameModel, valueAt } from './edit-step.ts';
import { Refusal } from './locate.ts';
import { editModel } from './plan-edit.ts';
import { renderFlow, renderKey, renderScalar } from './render-yaml.ts';

/** Writes a model as YAML in every manner that people have: each choice is drawn. */
function write(model: ConfigMap, draw: (choices: number) => number): string {
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
function drawer(seed: number): (choices: number) => number {
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
const settings = fc.letrec<{ any: ConfigValue }>((tie) => ({
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
const id = fc.constantFrom('otlp', 'batch', 'batch/x', 'debug', 'forward');
const ids = fc.array(id, { maxLength: 4 });
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
const model = fc.record(
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

const pipelineId = fc.constantFrom('traces', 'logs', 'logs/2');
const role = fc.constantFrom('receivers' as const, 'processors' as const, 'exporters' as const);
const index = fc.nat(3);
const sectionName = fc.constantFrom(...componentSections);
const edit: fc.Arbitrary<ConfigEdit> = fc.oneof(
  fc.record({
    edit: fc.constant('add-component' as const),
    section: sectionName,
    id: fc.oneof(id, fc.constant('new')),
    settings,
  }),
  fc.record({
    edit: fc.constant('remove-component' as const),
    section: sectionName,
    id,
    withUses: fc.boolean(),
  }),
  fc.record({
    edit: fc.constant('rename-component' as const),
    section: sectionName,
    id,
    to: fc.constantFrom('new', 'new/x'),
  }),
  fc.record({ edit: fc.constant('add-to-pipeline' as const), pipeline: pipelineId, role, id, index }),
  fc.record({ edit: fc.constant('remove-from-pipeline' as const), pipeline: pipelineId, role, index }),
  fc.record({
    edit: fc.constant('move-in-pipeline' as const),
    pipeline: pipelineId,
    role,
    from: index,
    to: index,
  }),
  fc.record({
    edit: fc.constant('add-pipeline' as const),
    id: fc.constantFrom('traces', 'metrics'),
    receivers: ids,
    processors: ids,
    exporters: ids,
  }),
  fc.record({ edit: fc.constant('remove-pipeline' as const), id: pipelineId }),
  fc.record({ edit: fc.constant('add-extension' as const), id }),
  fc.record({ edit: fc.constant('remove-extension' as const), id }),
);

/** Every path of a model, sections' members and deeper. */
function pathsOf(value: ConfigValue, path: ConfigPath = []): readonly ConfigPath[] {
  if (isConfigList(value)) return value.flatMap((one, at) => [[...path, at], ...pathsOf(one, [...path, at])]);
  if (!isConfigMap(value)) return [];
  return Object.entries(value).flatMap(([key, one]) => [[...path, key], ...pathsOf(one, [...path, key])]);
}

function rootOf(text: string): ConfigMap {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.problems)} in\n${text}`);
  return parsed.document.root;
}

function expected(root: ConfigMap, change: ConfigEdit): ConfigMap | undefined {
  try {
    return editModel(root, change);
  } catch (refusal) {
    if (refusal instanceof Refusal) return undefined;
    throw refusal;
  }
}

/** The text with the changed lines taken out, on either side. */
function restOf(text: string, changes: readonly { readonly line: number; readonly count: number }[]): string {
  const lines = text.split('\n');
  return lines
    .filter((_, at) => !changes.some(({ line, count }) => at + 1 >= line && at + 1 < line + count))
    .map((line) => line.replace(/\r$/, ''))
    .join('\n');
}

let done = 0;
let notDone = 0;
let readable = 0;

function checkEdit(text: string, change: ConfigEdit): void {
  const root = rootOf(text);
  const wanted = expected(root, change);
  const result = editConfig(text, change);
  if (wanted === undefined) {
    expect(result.ok, 'what the model refuses, the text refuses').to.equal(false);
    return;
  }
  if (!result.ok) {
    // A shape that is only edited in the text, or nothing would be left.
    expect(result.reason, `${JSON.stringify(change)} on\n${text}`).to.be.oneOf([
      'complex-key',
      'would-be-empty',
    ]);
    notDone += 1;
    return;
  }
  done += 1;
  expect(isSameModel(rootOf(result.text), wanted)).to.equal(true);
  if (/^(add|rename|move|insert)/.test(change.edit))
    expect(commentsOf(result.text)).to.equal(commentsOf(text));
  expect(
    restOf(
      result.text,
      result.changedLines.map((one) => one.after),
    ),
  ).to.equal(
    restOf(
      text,
      result.changedLines.map((one) => one.before),
    ),
  );
}

const commentsOf = (text: string): number => text.match(/# (why|about the next|top)/g)?.length ?? 0;

describe('laws of editing', function () {
  this.timeout(60_000);
  const seed = fc.integer({ min: 1, max: 0x7fffffff });

  it('the writer of these tests writes what it is given', () => {
    fc.assert(
      fc.property(model, seed, (root, at) => {
        expect(isSameModel(rootOf(write(root, drawer(at))), root)).to.equal(true);
      }),
      { numRuns: 500 },
    );
  });

  it('an edit of the text is the same edit of the model, and lines that are not reported stay', () => {
    fc.assert(
      fc.property(model, seed, edit, (root, at, change) => checkEdit(write(root, drawer(at)), change)),
      { numRuns: 700 },
    );
  });

  it('so is a value set, removed or added at any path', () => {
    fc.assert(
      fc.property(
        fc.record({ root: model, at: seed, value: settings, pick: fc.nat(), what: fc.nat(2) }),
        ({ root, at, value, pick, what }) => {
          const paths = pathsOf(root);
          const path = paths[pick % paths.length]!;
          const text = write(root, drawer(at));
          if (what === 0) checkEdit(text, { edit: 'set-value', path, value });
          if (what === 1) checkEdit(text, { edit: 'remove-value', path });
          if (what === 2 && isConfigMap(valueAt(root, path)))
            checkEdit(text, { edit: 'insert-key', path, key: 'brand new', value });
        },
      ),
      { numRuns: 700 },
    );
  });

  it('nearly every edit can be done', () => {
    expect(notDone / (done + notDone)).to.be.below(0.03);
  });

  it('what is added and removed again leaves the bytes that were there', () => {
    fc.assert(
      fc.property(
        fc.record({ root: model, at: seed, value: settings, into: pipelineId, list: role, place: index }),
        ({ root, at, value, into, list, place }) => {
          const text = write(root, drawer(at));
          const back = (add: ConfigEdit, remove: ConfigEdit): void => {
            const added = editConfig(text, add);
            if (!added.ok) return;
            const removed = editConfig(added.text, remove);
            expect(removed.ok && removed.text, added.text).to.equal(text);
          };
          // What was empty may be written as another nothing afterwards.
          if (isFull(root['exporters']))
            back(
              { edit: 'add-component', section: 'exporters', id: 'brand/new', settings: value },
              { edit: 'remove-component', section: 'exporters', id: 'brand/new' },
            );
          const uses = valueAt(root, ['service', 'pipelines', into, list]);
          if (isFull(uses) && isConfigList(uses)) {
            const spot = Math.min(place, uses.length);
            back(
              { edit: 'add-to-pipeline', pipeline: into, role: list, id: 'brand/new', index: spot },
              { edit: 'remove-from-pipeline', pipeline: into, role: list, index: spot },
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('what moves there and back leaves the bytes that were there', () => {
    fc.assert(
      fc.property(
        fc.record({ root: model, at: seed, list: role, from: index, to: index }),
        ({ root, at, list, from, to }) => {
          const text = write(root, drawer(at));
          for (const into of ['traces', 'logs']) {
            const there = editConfig(text, {
              edit: 'move-in-pipeline',
              pipeline: into,
              role: list,
              from,
              to,
            });
            if (!there.ok) continue;
            const back = editConfig(there.text, {
              edit: 'move-in-pipeline',
              pipeline: into,
              role: list,
              from: to,
              to: from,
            });
            expect(back.ok && back.text).to.equal(text);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('no text that can be read loses a byte on its way through the concrete syntax', () => {
    const piece = fc.constantFrom(
      'one: 1  \n',
      'two: [x , {y: z}] # why\n',
      '"three" :\r\n',
      ' - &x a\r\n',
      'four: |+\n  text\n\n',
      '\n\n# c\n',
      'a:',
      ' ',
      '\n',
      '\r\n',
      '- ',
      '# c',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&x ',
      '*x',
      '"q"',
      "'s'",
      '|\n',
      '>-\n',
      '  ',
      '? ',
      ': ',
      'b',
      '!!str ',
      '---\n',
      '...\n',
      '\t',
      'é',
      '%',
      '<<: ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((all) => all.join('')),
          fc.string(),
        ),
        (text) => {
          if (!parseConfig(text).ok) return;
          readable += 1;
          expect([...new Parser().parse(text)].map((token) => CST.stringify(token)).join('')).to.equal(text);
          const same = editConfig(text, []);
          expect(same.ok && same.text).to.equal(text);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('and such texts were among those tried', () => {
    expect(readable).to.be.above(10);
  });

  it('no text and no edit makes it fall over', () => {
    const piece = fc.constantFrom(
      'a:',
      'exporters:',
      ' b: ',
      '\n',
      '\n  ',
      '\r\n',
      '- ',
      '# c',
      '[',
      ']',
      '{',
      '}',
      ', ',
      '&x ',
      '*x',
      '"q"',
      '|\n',
      '  ',
      '? ',
      ': ',
      '<<: ',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((all) => all.join('')),
        settings,
        (text, value) => {
          for (const path of [['a'], ['exporters'], ['a', 'b'], ['a', 0]] as const) {
            for (const change of [
              { edit: 'set-value', path, value },
              { edit: 'remove-value', path },
              { edit: 'insert-key', path, key: 'k', value },
            ] as const) {
              const result = editConfig(text, change);
              if (result.ok) expect(parseConfig(result.text).ok).to.equal(true);
            }
          }
        },
      ),
      { numRuns: 700 },
    );
  });
});

function isFull(value: ConfigValue | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
