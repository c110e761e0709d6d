import { expect } from 'chai';
import fc from 'fast-check';

import type { ConfigDocument, ConfigProblem, ParseLimits } from './parse-config.ts';
import { parseConfig } from './parse-config.ts';
import { readFixture } from './read-fixture.spec.ts';

function documentOf(text: string): ConfigDocument {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.document;
}

function firstProblem(text: string, limits?: ParseLimits): ConfigProblem {
  const parsed = parseConfig(text, limits);
  if (parsed.ok) throw new Error('the text was expected to be refused');
  return parsed.problems[0]!;
}

describe('a configuration text', () => {
  it('is read as the Collector reads it', () => {
    const text = `
a: [1_024, 0x10, 017, 1e3, "1", yes, True, ~, 12:30]
b: {x: , y: !!str 5, z: 12345678901234567890}
c: |
  two
  lines
1: number
`;
    expect(documentOf(text).root).to.deep.equal({
      '1': 'number',
      a: [1024, 16, 15, 1000, '1', 'yes', true, null, '12:30'],
      b: { x: null, y: '5', z: '12345678901234567890' },
      c: 'two\nlines\n',
    });
  });

  it('follows aliases and merge keys, own keys winning', () => {
    const { root } = documentOf('base: &base {a: 1, b: 2}\nother:\n  <<: *base\n  b: 3\nlist: [*base]\n');
    expect(root).to.deep.equal({ base: { a: 1, b: 2 }, other: { a: 1, b: 3 }, list: [{ a: 1, b: 2 }] });
  });

  it('keeps a key called __proto__ as an ordinary key', () => {
    const { root } = documentOf('__proto__: {polluted: true}\n');
    expect(Object.keys(root)).to.deep.equal(['__proto__']);
    expect((root as { polluted?: unknown }).polluted).to.equal(undefined);
  });

  it('knows where keys and items stand, and answers for a missing path with its nearest ancestor', () => {
    const { positionOf } = documentOf('\uFEFFa:\r\n  - x\r\n  - {k: v}\r\nb: 1\r\n');
    expect(positionOf(['a', 0])).to.deep.equal({ line: 2, column: 5 });
    expect(positionOf(['a', 1, 'k'])).to.deep.equal({ line: 3, column: 6 });
    expect(positionOf(['a', 1, 'none', 'deeper'])).to.deep.equal({ line: 3, column: 5 });
    expect(positionOf(['b'])).to.deep.equal({ line: 4, column: 1 });
  });

  it('of our fixtures is read', () => {
    for (const name of ['gateway.yaml', 'gateway.effective.yaml', 'edge.yaml', 'edge.effective.yaml'])
      expect(parseConfig(readFixture(name)).ok, name).to.equal(true);
  });
});

describe('a text that is no configuration', () => {
  const cases: readonly (readonly [
    name: string,
    text: string,
    kind: string,
    line: number,
    column: number,
    words: RegExp,
  ])[] = [
    ['a tab as indentation', 'a:\n\tb: 1\n', 'syntax', 2, 1, /tab/],
    ['an open quote', 'a:\n  b: "x\nc: 1\n', 'syntax', 2, 6, /never closed/],
    ['an open bracket', 'a: [1,\nb: 2\n', 'syntax', 2, 1, /not closed/],
    ['two colons on a line', 'a: b: c\n', 'syntax', 1, 4, /second "key: value"/],
    ['the same mistake many times', 'a: b: c\n'.repeat(500), 'syntax', 1, 4, /second "key: value"/],
    ['a key out of line', 'a:\n  b: 1\n c: 2\n', 'syntax', 3, 1, /same column/],
    ['a line without a colon', 'a: 1\nfoo\n', 'syntax', 2, 1, /colon/],
    ['a reserved character', 'a: @x\n', 'syntax', 1, 4, /quotes/],
    ['a bad escape', 'a: "\\q"\n', 'syntax', 1, 5, /backslash/],
    ['a list as key', '? [a]\n: 1\n', 'syntax', 1, 3, /plain text/],
    ['a key twice', 'a: 1\nb:\n  c: 1\n  c: 2\n', 'duplicate-key', 4, 3, /twice/],
    ['an alias without anchor', 'a: *x\n', 'alias', 1, 4, /anchor/],
    ['an alias of itself', 'a: &x\n  b: *x\n', 'alias', 2, 6, /part of/],
    ['a NUL', 'abc: x\ndef: \0\n', 'encoding', 2, 6, /NUL/],
    ['a control character', 'a: \x1b\n', 'encoding', 1, 4, /U\+001B/],
    ['UTF-16 read as UTF-8', 'a\0:\0 \x001\0', 'encoding', 1, 1, /UTF-8/],
    ['UTF-16 with a mark', '\uFFFD\uFFFDa\0:\0', 'encoding', 1, 1, /UTF-8/],
    ['half a surrogate pair', 'a: \ud800\n', 'encoding', 1, 4, /UTF-8/],
    ['a list', '# x\n- a\n', 'not-a-mapping', 2, 1, /a list/],
    ['a scalar', 'foo', 'not-a-mapping', 1, 1, /single value/],
    ['a second document', 'a: 1\n---\nb: 2\n', 'multiple-documents', 2, 1, /first one only/],
    ['nothing', '', 'empty', 1, 1, /stops a supervised Collector/],
    ['a document marker only', '---\n', 'empty', 1, 1, /stops/],
    ['comments only', '# nothing\n', 'empty', 1, 1, /stops/],
    ['null', 'null\n', 'empty', 1, 1, /stops/],
    [
      '101 mappings in each other',
      `${'{a: '.repeat(101)}1${'}'.repeat(101)}`,
      'too-deep',
      1,
      406,
      /100 levels/,
    ],
    ['20 000 open brackets', '['.repeat(20_000), 'too-deep', 1, 103, /100 levels/],
    ['20 000 dashes', '- '.repeat(20_000), 'too-deep', 1, 204, /100 levels/],
  ];
  for (const [name, text, kind, line, column, words] of cases)
    it(`is refused with its place: ${name}`, () => {
      const problem = firstProblem(text);
      expect({ kind: problem.kind, line: problem.line, column: problem.column }).to.deep.equal({
        kind,
        line,
        column,
      });
      expect(problem.message).to.match(words);
    });

  it('names the path of a duplicate key', () => {
    expect(firstProblem('a:\n  - {x.y: {k: 1, k: 2}}\n').path).to.equal('a[0]["x.y"].k');
  });

  it('lists several problems in the order of the text, 20 at most', () => {
    const parsed = parseConfig('a: @x\nb: 1\nb: 2\n'.concat('k: @y\n'.repeat(100)));
    expect(parsed.ok).to.equal(false);
    const lines = parsed.ok ? [] : parsed.problems.map((one) => one.line);
    expect(lines).to.deep.equal(lines.toSorted((left, right) => left - right));
    expect(lines.length).to.be.within(2, 20);
  });
});

describe('the limits of a parse', () => {
  it('count bytes as UTF-8', () => {
    expect(parseConfig('a: äöü\n', { maxBytes: 10 }).ok).to.equal(true);
    expect(firstProblem('a: äöü\n', { maxBytes: 9 })).to.include({ kind: 'too-large', line: 1, column: 1 });
    expect(firstProblem('x'.repeat(10 * 1024 * 1024 + 1)).message).to.contain('10 MiB');
  });

  it('allow 100 levels', () => {
    expect(parseConfig(`${'{a: '.repeat(100)}1${'}'.repeat(100)}`).ok).to.equal(true);
  });

  it('stop at too many tokens without blaming the cut line', () => {
    const problem = firstProblem('key: value\n'.repeat(50), { maxTokens: 100 });
    expect(problem.kind).to.equal('too-complex');
  });

  it('refuse an alias bomb at the alias that passes the limit', () => {
    const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 30; level++)
      bomb.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(',')}]`,
      );
    expect(firstProblem(bomb.join('\n'))).to.include({ kind: 'alias', line: 6, path: 'a5[0]' });
  });

  it('count levels through aliases', () => {
    const chain = ['a0: &a0 {x: 1}'];
    for (let level = 1; level < 120; level++) chain.push(`a${level}: &a${level} {x: *a${level - 1}}`);
    expect(firstProblem(chain.join('\n')).kind).to.equal('too-deep');
  });

  it('hold for any text: an answer, never an exception, each problem inside the text', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '&x ',
      '*x',
      '<<: ',
      '|\n',
      '#',
      '\t',
      '? ',
      '!!str ',
      '---\n',
      '%',
      '\r\n',
      ',',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
        ),
        (text) => {
          const parsed = parseConfig(text);
          if (parsed.ok) return;
          const lines = text.split('\n').length;
          expect(parsed.problems).not.to.be.empty;
          for (const { line, column, message } of parsed.problems) {
            expect(line).to.be.within(1, lines);
            expect(column).to.be.greaterThan(0);
            expect(message).not.to.equal('');
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
