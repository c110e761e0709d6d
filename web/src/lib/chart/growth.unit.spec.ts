import { expect } from 'chai';
import { growthOf } from './growth.ts';

describe('a growing line', () => {
  it('is nothing without points', () => {
    expect(growthOf([], 0, 100, 50)).to.equal(null);
  });

  it('goes in steps and ends now', () => {
    const growth = growthOf(
      [
        { at: 0, value: 50 },
        { at: 50, value: 100 },
      ],
      100,
      112,
      106,
    );
    expect(growth?.line).to.equal('M6 56H56V6H106');
    expect(growth?.dots.map(({ x, y }) => [x, y])).to.deep.equal([
      [6, 56],
      [56, 6],
    ]);
  });

  it('draws one point as a level', () => {
    expect(growthOf([{ at: 5, value: 3 }], 5, 100, 50)?.line).to.equal('M6 6H94');
  });
});
