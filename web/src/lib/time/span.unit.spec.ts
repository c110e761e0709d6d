import { expect } from 'chai';
import fc from 'fast-check';
import { axisOf, pan, zoom } from './span.ts';

const start = Date.parse('2026-03-01T12:00:00.000Z');
const view = { from: start, to: start + 100_000 };

describe('moving through a stretch of time', () => {
  it('zooms around the anchor', () => {
    const anchor = start + 25_000;
    expect(zoom(view, view, 0.5, anchor)).to.deep.equal({ from: start + 12_500, to: start + 62_500 });
  });

  it('never leaves the bounds, nor gets shorter than can be used', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const factor = fc.double({ min: 0.001, max: 50, noNaN: true });
    fc.assert(
      fc.property(share, factor, fc.integer({ min: -200_000, max: 200_000 }), (where, by, move) => {
        const zoomed = zoom(view, view, by, view.from + where * 100_000);
        const moved = pan(zoomed, view, move);
        for (const span of [zoomed, moved]) {
          expect(span.from).to.be.at.least(view.from - 0.001);
          expect(span.to).to.be.at.most(view.to + 0.001);
          expect(span.to - span.from).to.be.at.least(4_999.999);
        }
      }),
    );
  });

  it('puts round moments on the axis', () => {
    expect(axisOf(view, 8).map((moment) => (moment - start) / 1000)).to.deep.equal([
      0, 15, 30, 45, 60, 75, 90,
    ]);
    expect(axisOf({ from: start, to: start + 3 * 86_400_000 }, 6)).to.have.lengthOf(7);
  });
});
