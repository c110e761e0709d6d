import { expect } from 'chai';
import { alignJson, type AlignedLine } from './align-json.ts';

const text = (lines: readonly AlignedLine[]) =>
  lines.map(({ depth, left, right, kind }) => `${depth} ${kind} | ${left ?? '·'} | ${right ?? '·'}`);

describe('two values side by side', () => {
  it('put a changed field on one line', () => {
    expect(text(alignJson({ name: 'edge', version: 1 }, { name: 'edge', version: 2 }))).to.deep.equal([
      '0 same | { | {',
      '1 same | name: "edge" | name: "edge"',
      '1 changed | version: 1 | version: 2',
      '0 same | } | }',
    ]);
  });

  it('show what came and what went', () => {
    expect(text(alignJson({ a: 1, b: { c: 2 } }, { a: 1, d: [3] }))).to.deep.equal([
      '0 same | { | {',
      '1 same | a: 1 | a: 1',
      '1 removed | b: { | ·',
      '2 removed | c: 2 | ·',
      '1 removed | } | ·',
      '1 added | · | d: [',
      '2 added | · | 3',
      '1 added | · | ]',
      '0 same | } | }',
    ]);
  });

  it('leave one side empty when something was created or removed', () => {
    expect(text(alignJson(null, { a: 1 })).every((line) => line.includes('added'))).to.equal(true);
    expect(text(alignJson({ a: 1 }, null)).every((line) => line.includes('removed'))).to.equal(true);
    expect(alignJson(null, null)).to.deep.equal([]);
  });

  it('tell an empty value from an absent one', () => {
    expect(text(alignJson({ a: null }, {}))).to.deep.equal([
      '0 same | { | {',
      '1 removed | a: null | ·',
      '0 same | } | }',
    ]);
    expect(text(alignJson({ a: {} }, { a: {} }))).to.include('1 same | a: {} | a: {}');
  });

  it('do not force different shapes onto one line', () => {
    expect(text(alignJson({ a: [1] }, { a: { b: 1 } }))).to.deep.equal([
      '0 same | { | {',
      '1 removed | a: [ | ·',
      '2 removed | 1 | ·',
      '1 removed | ] | ·',
      '1 added | · | a: {',
      '2 added | · | b: 1',
      '1 added | · | }',
      '0 same | } | }',
    ]);
  });
});
