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
import { drawer, id, ids, model, settings, write } from './write-anyhow.spec.ts';

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
