import { catalogue } from '@ampora/catalogue';
import { expect } from 'chai';
import { typeCodeOf, uuidOrNull } from './event-index-row.ts';

describe('the index of events', () => {
  it('tells every type of the catalogue from every other by its code', () => {
    const codes = new Set(catalogue.map(({ type }) => typeCodeOf(type)));
    expect(codes.size).to.equal(catalogue.length);
  });

  it('keeps ids in one spelling, and passes over what is none', () => {
    expect(uuidOrNull('0190A0B0-0000-7000-8000-00000000000F')).to.equal(
      '0190a0b0-0000-7000-8000-00000000000f',
    );
    expect(uuidOrNull('reclaim:0190a0b0')).to.equal(null);
    expect(uuidOrNull(undefined)).to.equal(null);
  });
});
