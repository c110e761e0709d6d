import { expect } from 'chai';
import { sparkOf } from './spark.ts';

describe('a spark line', () => {
  it('is nothing without values', () => {
    expect(sparkOf([], 10, 100, 20)).to.equal(null);
  });

  it('ends at the right edge, however few values there are', () => {
    expect(sparkOf([3], 10, 102, 20)?.end).to.deep.equal({ x: 100, y: 2 });
    expect(sparkOf([0, 3, 6], 10, 102, 20)?.end).to.deep.equal({ x: 100, y: 2 });
  });

  it('stands at the bottom while nothing happens', () => {
    expect(sparkOf([0, 0], 2, 102, 20)?.line).to.equal('M0 19L100 19');
  });

  it('measures against the largest', () => {
    expect(sparkOf([5, 10], 2, 102, 21)?.line).to.equal('M0 11L100 2');
  });
});
