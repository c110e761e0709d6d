import { expect } from 'chai';
import { valueText } from './value-text.ts';

describe('a value in words', () => {
  it('says that there is none', () => {
    expect([null, undefined, ''].map(valueText)).to.deep.equal(['nothing', 'nothing', 'nothing']);
  });

  it('is itself when it is plain, and one line of JSON when it is not', () => {
    expect([true, false, 'applied', 4].map(valueText)).to.deep.equal(['yes', 'no', 'applied', '4']);
    expect(valueText({ name: 'edge', version: 3 })).to.equal('{ "name": "edge", "version": 3 }');
  });
});
