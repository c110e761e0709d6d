import { expect } from 'chai';
import fc from 'fast-check';
import { rowAfterKey, scrollTopFor, windowOf } from './virtual-window.ts';

describe('a virtual list', () => {
  it('shows the top of a long list', () => {
    const shown = windowOf({ rows: 10_000, rowHeight: 50, scrollTop: 0, viewHeight: 500, spare: 5 });
    expect(shown).to.deep.equal({ first: 0, end: 15, offset: 0, height: 500_000 });
  });

  it('shows the middle with spare rows at both edges', () => {
    const shown = windowOf({ rows: 10_000, rowHeight: 50, scrollTop: 25_010, viewHeight: 500, spare: 5 });
    expect(shown).to.deep.equal({ first: 495, end: 516, offset: 24_750, height: 500_000 });
  });

  it('shows the last rows when the list became shorter than the scroll position', () => {
    const shown = windowOf({ rows: 20, rowHeight: 50, scrollTop: 90_000, viewHeight: 500, spare: 0 });
    expect([shown.first, shown.end]).to.deep.equal([10, 20]);
  });

  it('covers the view, and holds few rows however long the list', () => {
    const whole = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(whole(200_000), whole(12_000_000), whole(2_000), (rows, scrollTop, viewHeight) => {
        const shown = windowOf({ rows, rowHeight: 52, scrollTop, viewHeight, spare: 8 });
        expect(shown.end - shown.first).to.be.at.most(Math.ceil(viewHeight / 52) + 1 + 16);
        const top = Math.min(scrollTop, Math.max(0, rows * 52 - viewHeight));
        expect(shown.offset).to.be.at.most(top);
        expect(shown.end * 52).to.be.at.least(Math.min(rows * 52, top + viewHeight));
      }),
    );
  });

  it('scrolls no further than needed', () => {
    const shape = { rowHeight: 50, scrollTop: 1_000, viewHeight: 500 };
    expect(scrollTopFor(22, shape)).to.equal(1_000);
    expect(scrollTopFor(10, shape)).to.equal(500);
    expect(scrollTopFor(40, shape)).to.equal(1_550);
    expect(scrollTopFor(40, shape, 30)).to.equal(1_580);
  });

  it('moves by keys and stays inside', () => {
    expect(rowAfterKey('ArrowDown', 0, 3, 10)).to.equal(1);
    expect(rowAfterKey('ArrowUp', 0, 3, 10)).to.equal(0);
    expect(rowAfterKey('PageDown', 0, 3, 10)).to.equal(2);
    expect(rowAfterKey('End', 0, 3, 10)).to.equal(2);
    expect(rowAfterKey('x', 0, 3, 10)).to.equal(null);
    expect(rowAfterKey('End', 0, 0, 10)).to.equal(null);
  });
});
