import { expect } from 'chai';
import { toStorableJson, toStorableText } from './storable-text.ts';

describe('text for PostgreSQL', () => {
  it('loses NUL and half pairs, and nothing else', () => {
    const value = { 'a\0': ['\ud800', 'né 😀', String.raw`\u0000`], b: { c: null, d: 1 } };
    const clean = { 'a\uFFFD': ['\uFFFD', 'né 😀', String.raw`\u0000`], b: { c: null, d: 1 } };
    expect(toStorableJson(value)).to.deep.equal(clean);
    expect(JSON.parse(toStorableText(JSON.stringify(value)))).to.deep.equal(clean);
  });

  it('is the very same object when nothing is wrong with it', () => {
    const value = { a: ['b'] };
    expect(toStorableJson(value)).to.equal(value);
  });
});
